package lambda_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

var start = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// bench is a World with a clock that the test sets, and its facts.
type bench struct {
	*world.World
	now   time.Time
	facts []world.Fact
}

func newBench() *bench {
	b := &bench{now: start}
	b.World = &world.World{
		Region: "us-east-1", Account: "123456789012", Rand: rand.New(rand.NewPCG(1, 2)),
		Now:     func() time.Time { return b.now },
		Observe: func(f world.Fact) { b.facts = append(b.facts, f) },
	}
	return b
}

func (b *bench) turn(d time.Duration) { b.now = b.now.Add(d) }

func factsOf[T any](b *bench) []T {
	var all []T
	for _, f := range b.facts {
		if t, ok := f.(T); ok {
			all = append(all, t)
		}
	}
	return all
}

// heap is a queue with a visibility timeout of 30 seconds.
type heap struct {
	b        *bench
	messages []*held
	asked    []int
}

type held struct {
	lambda.Message
	visible time.Time
}

func (h *heap) send(ids ...string) {
	for _, id := range ids {
		h.put(lambda.Message{ID: id, Body: "body of " + id})
	}
}

func (h *heap) put(m lambda.Message) {
	m.Receipt = "receipt-" + m.ID
	h.messages = append(h.messages, &held{m, h.b.now})
}

func (h *heap) Receive(max int) []lambda.Message {
	h.asked = append(h.asked, max)
	var out []lambda.Message
	for _, m := range h.messages {
		if len(out) < max && !m.visible.After(h.b.now) {
			m.visible = h.b.now.Add(30 * time.Second)
			out = append(out, m.Message)
		}
	}
	return out
}

func (h *heap) Delete(receipt string) {
	for i, m := range h.messages {
		if m.Receipt == receipt {
			h.messages = append(h.messages[:i], h.messages[i+1:]...)
			return
		}
	}
}

func (h *heap) NextVisible() (time.Time, bool) {
	var at time.Time
	for _, m := range h.messages {
		if m.visible.After(h.b.now) && (at.IsZero() || m.visible.Before(at)) {
			at = m.visible
		}
	}
	return at, !at.IsZero()
}

func (h *heap) left() []string {
	var ids []string
	for _, m := range h.messages {
		ids = append(ids, m.ID)
	}
	return ids
}

// tape is a stream; sequence numbers are 101, 102, ...
type tape struct {
	b       *bench
	records []lambda.Record
}

func (s *tape) put(keys ...string) {
	for _, key := range keys {
		s.records = append(s.records, lambda.Record{
			EventID: "event-" + key, EventName: "INSERT",
			SequenceNumber: strconv.Itoa(101 + len(s.records)), Created: s.b.now,
			Keys:     jsontext.Value(fmt.Sprintf(`{"user_id":{"S":%q}}`, key)),
			NewImage: jsontext.Value(fmt.Sprintf(`{"user_id":{"S":%q},"n":{"N":"1"}}`, key)),
			ViewType: "NEW_AND_OLD_IMAGES", SizeBytes: 20,
		})
	}
}

func (s *tape) Records(after string, max int) []lambda.Record {
	for i, r := range s.records {
		if after == "" || r.SequenceNumber > after {
			return s.records[i:min(i+max, len(s.records))]
		}
	}
	return nil
}

// letters is a failure destination.
type letters struct {
	bodies []string
	err    error
}

func (l *letters) Send(body string) error {
	l.bodies = append(l.bodies, body)
	return l.err
}

func next(t *testing.T, m lambda.Mapping) *lambda.Invocation {
	t.Helper()
	inv, ok := m.Next()
	if !ok {
		t.Fatal("Next returned nothing")
	}
	return inv
}

func none(t *testing.T, m lambda.Mapping) {
	t.Helper()
	if inv, ok := m.Next(); ok {
		t.Fatalf("Next returned a batch of %v", inv.Items)
	}
}

var (
	succeeded = lambda.Result{Payload: []byte(`null`)}
	crashed   = lambda.Result{Err: &lambda.FunctionError{Type: "Runtime.ExitError", Message: "exit status 1"}}
	throttled = lambda.Result{Err: fmt.Errorf("function f: %w", lambda.ErrThrottled)}
	errLost   = errors.New("the queue is gone")
)

func failing(ids ...string) lambda.Result {
	type item struct {
		ID string `json:"itemIdentifier"`
	}
	report := map[string][]item{"batchItemFailures": {}}
	for _, id := range ids {
		report["batchItemFailures"] = append(report["batchItemFailures"], item{id})
	}
	payload, _ := json.Marshal(report)
	return lambda.Result{Payload: payload}
}
