package optimistic_test

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers/optimistic"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers/peerstest"
)

const (
	older = `{"id":"01KJ0000000000000000000001","user_id":"u","preferences":{"language":"fr"}}`
	newer = `{"id":"01KJ0000000000000000000002","user_id":"u","preferences":{"language":"de"}}`
)

func handle(t *testing.T, table *peerstest.Table, details ...string) {
	t.Helper()
	c := optimistic.Consumer{Client: table.Client, Table: table.Name}
	if answer, err := c.Handle(t.Context(), peerstest.Batch(details...)); err != nil || len(answer.BatchItemFailures) > 0 {
		t.Fatal(answer, err)
	}
}

func expect(t *testing.T, table *peerstest.Table, want map[string]string) {
	t.Helper()
	if got := table.Map("u", "prefs"); !maps.Equal(got, want) {
		t.Errorf("stored %v, want %v", got, want)
	}
}

func TestSetsUnsetsAndReplaces(t *testing.T) {
	table := peerstest.New(t)
	handle(t, table, older, `{"user_id":"u","preferences":{"tone":"dry","volume":7.5}}`)
	expect(t, table, map[string]string{"language": "fr", "tone": "dry", "volume": "7.5"})
	handle(t, table, `{"user_id":"u","preferences":{"tone":null,"name":"Sam"}}`)
	expect(t, table, map[string]string{"language": "fr", "volume": "7.5", "name": "Sam"})
	handle(t, table, `{"user_id":"u","preferences":{"name":"Kim"},"replace":true}`)
	expect(t, table, map[string]string{"name": "Kim"})
	if r, w := table.Requests("GetItem"), table.Requests("PutItem"); r != 4 || w != 4 {
		t.Errorf("%d reads and %d writes of 4 messages", r, w)
	}
}

// What it loses: order, because a version does not express it.
func TestOlderMessageThatComesLaterWins(t *testing.T) {
	table := peerstest.New(t)
	handle(t, table, newer, older)
	expect(t, table, map[string]string{"language": "fr"})
}

func TestDuplicateOfAnOlderMessageWins(t *testing.T) {
	table := peerstest.New(t)
	handle(t, table, older, newer, older)
	expect(t, table, map[string]string{"language": "fr"})
}

// Eight writers of one user's item, in step: of each round one wins.
func TestWritersOfOneItemStarve(t *testing.T) {
	const writers = 8
	for _, c := range []struct{ tries, failed, requests int }{
		{tries: writers, failed: 0, requests: 2 * (8 + 7 + 6 + 5 + 4 + 3 + 2 + 1)},
		{tries: optimistic.DefaultTries, failed: 3, requests: 2 * (8 + 7 + 6 + 5 + 4)},
	} {
		table := peerstest.New(t)
		step := &inStep{Client: table.Client, writers: writers}
		step.changed.L = &step.mu
		var failed [writers]int
		var running sync.WaitGroup
		for i := range writers {
			running.Go(func() {
				consumer := optimistic.Consumer{Client: step, Table: table.Name, Tries: c.tries}
				answer, _ := consumer.Handle(t.Context(), peerstest.Batch(fmt.Sprintf(`{"user_id":"u","preferences":{"key%d":"x"}}`, i)))
				failed[i] = len(answer.BatchItemFailures)
				step.leave()
			})
		}
		running.Wait()
		gaveUp := 0
		for _, n := range failed {
			gaveUp += n
		}
		requests := table.Requests("GetItem") + table.Requests("PutItem")
		if gaveUp != c.failed || requests != c.requests || len(table.Map("u", "prefs")) != writers-c.failed {
			t.Errorf("with %d tries %d gave up after %d requests in all, want %d after %d", c.tries, gaveUp, requests, c.failed, c.requests)
		}
	}
}

// inStep delays each reader until all others have read too.
type inStep struct {
	*dynamodb.Client
	mu      sync.Mutex
	changed sync.Cond
	writers int // that have not left
	read    int // of them, in this round
	round   int
}

func (s *inStep) GetItem(ctx context.Context, in *dynamodb.GetItemInput, options ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	out, err := s.Client.GetItem(ctx, in, options...)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read++
	round := s.round
	s.next()
	for s.round == round {
		s.changed.Wait()
	}
	return out, err
}

func (s *inStep) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writers--
	s.next()
}

// next begins a round where all have read.
func (s *inStep) next() {
	if s.read == s.writers {
		s.read = 0
		s.round++
		s.changed.Broadcast()
	}
}
