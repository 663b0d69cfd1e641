package deadletter_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	localwire "github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/queue"
)

// A local is the change queue and its dead-letter queue in localaws, with a
// clock turned by hand.
type local struct {
	now     time.Time
	changes *sqs.Queue
	queue   *queue.Queue
	letters *deadletter.Queue
}

func newLocal(t *testing.T) *local {
	t.Helper()
	l := &local{now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}
	service := sqs.New(&world.World{
		Region: "us-east-1", Account: "123456789012", Rand: rand.New(rand.NewPCG(1, 2)),
		Now: func() time.Time { return l.now },
	})
	var err error
	if _, err = service.CreateQueue("dlq", nil, nil); err != nil {
		t.Fatal(err)
	}
	if l.changes, err = service.CreateQueue("changes", nil, nil); err != nil {
		t.Fatal(err)
	}
	c := client.NewFromConfig(aws.Config{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		HTTPClient: &http.Client{Transport: handled{localwire.Handler(l.run, func() string { return "request" }, service.Wire())}},
	})
	l.queue = queue.New(c, "http://127.0.0.1:4566/123456789012/changes", queue.WithClock(func() time.Time { return l.now }))
	l.letters = deadletter.New(c, "http://127.0.0.1:4566/123456789012/dlq")
	return l
}

// run turns the clock to the end of a long poll.
func (l *local) run(_ context.Context, call localwire.Call) (any, error) {
	for {
		out, err := call()
		var p *localwire.Pending
		if !errors.As(err, &p) {
			return out, err
		}
		l.now = p.Until
	}
}

// handled answers requests in process.
type handled struct{ http.Handler }

func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

func (l *local) browse(t *testing.T) []string {
	t.Helper()
	list, err := l.letters.Browse(t.Context(), 100, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, letter := range list {
		got = append(got, letter.UserID+" "+string(letter.Code)+" "+letter.Message)
	}
	slices.Sort(got)
	return got
}

func TestDeadLettersOutliveEverythingButDiscard(t *testing.T) {
	l := newLocal(t)
	body := func(user string) string { return `{"detail":{"user_id":"` + user + `"}}` }
	var want []string
	for i := range 25 { // more than one request receives
		user := "u" + string(rune('a'+i))
		if err := l.letters.Put(t.Context(), deadletter.Letter{Body: body(user), Code: events.TooOld, Message: "id: is old"}); err != nil {
			t.Fatal(err)
		}
		want = append(want, user+" too_old id: is old")
	}
	for range 3 {
		if diff := cmp.Diff(want, l.browse(t)); diff != "" {
			t.Fatalf("browsed: %s", diff)
		}
		if hidden := l.browse(t); hidden != nil {
			t.Fatalf("browsed twice at once: %q", hidden)
		}
		l.now = l.now.Add(2 * time.Minute)
	}

	list, err := l.letters.Browse(t.Context(), 2, time.Minute)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d letters, %v", len(list), err)
	}
	if err := errors.Join(l.letters.Redrive(t.Context(), list[0], l.queue), l.letters.Discard(t.Context(), list[1])); err != nil {
		t.Fatal(err)
	}
	if back := l.changes.Messages(); len(back) != 1 || back[0].Body != list[0].Body {
		t.Errorf("sent back: %v", back)
	}
	l.now = l.now.Add(2 * time.Minute)
	if left := l.browse(t); len(left) != 23 {
		t.Errorf("%d letters left, want 23", len(left))
	}
}
