package lambda_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

// elsewhere returns a key that is in another lane than u0, with a factor of 2.
func elsewhere(t *testing.T) string {
	t.Helper()
	_, s, _, m := streamMapping(lambda.StreamMappingConfig{ParallelizationFactor: 2})
	s.put("u0", "u1", "u2", "u3", "u4", "u5")
	for inv, ok := m.Next(); ok; inv, ok = m.Next() {
		if !slices.Contains(inv.Items, "101") {
			return "u" + string(inv.Items[0][2]-1)
		}
	}
	t.Fatal("all keys are in one lane")
	return ""
}

func TestStreamLanesFailAlone(t *testing.T) {
	other := elsewhere(t)
	b, s, _, m := streamMapping(lambda.StreamMappingConfig{ParallelizationFactor: 2, MaximumRetryAttempts: -1})
	poison := "u0"
	s.put(poison, other, poison, other)
	var bad *lambda.Invocation
	for range 2 {
		inv := next(t, m)
		if slices.Contains(inv.Items, "101") {
			bad = inv
			continue
		}
		m.Finish(inv, succeeded)
	}
	none(t, m)
	m.Finish(bad, crashed)
	s.put(other)
	if inv := next(t, m); !slices.Equal(inv.Items, []string{"105"}) {
		t.Errorf("the other lane went on with %v", inv.Items)
	}
	if got := m.State().Checkpoint; got != "" {
		t.Errorf("checkpoint %s although 101 is not done", got)
	}
	b.turn(time.Second)
	inv := next(t, m)
	if !slices.Equal(inv.Items, []string{"101", "103"}) || inv.Attempt != 2 {
		t.Errorf("retry %v, attempt %d", inv.Items, inv.Attempt)
	}
	m.Finish(inv, succeeded)
	if s := m.State(); s.Checkpoint != "104" || len(s.InFlight) != 1 || s.Lanes[0].InFlight+s.Lanes[1].InFlight != 1 {
		t.Errorf("state %+v", s)
	}
}

func TestStreamStateOfARetry(t *testing.T) {
	_, s, _, m := streamMapping(lambda.StreamMappingConfig{MaximumRetryAttempts: 5})
	s.put("u1", "u2")
	m.Finish(next(t, m), crashed)
	want := lambda.LaneState{Buffered: 2, Attempts: 1, Retries: 1, RetryAt: start.Add(time.Second)}
	if got := m.State().Lanes[0]; got != want {
		t.Errorf("lane %+v, want %+v", got, want)
	}
}

// Batches fail at random and end in any order. For each key, every record succeeds in
// order and none is skipped. The checkpoint reaches the end.
func TestStreamOrderPerKey(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		b, s, _, m := streamMapping(lambda.StreamMappingConfig{
			BatchSize: 1 + random.IntN(4), ParallelizationFactor: 1 + random.IntN(10), MaximumRetryAttempts: -1,
			BisectBatchOnFunctionError: random.IntN(2) == 0, ReportBatchItemFailures: true,
		})
		keyOf := map[string]string{}
		for i := range 60 {
			key := fmt.Sprintf("u%d", random.IntN(7))
			s.put(key)
			keyOf[fmt.Sprint(101+i)] = key
		}
		last, done := map[string]string{}, map[string]bool{}
		succeed := func(items []string) {
			for _, item := range items {
				if key := keyOf[item]; item < last[key] && !done[item] {
					t.Fatalf("seed %d: %s of %s came after %s", seed, item, key, last[key])
				}
				last[keyOf[item]], done[item] = max(last[keyOf[item]], item), true
			}
		}
		var flying []*lambda.Invocation
		for len(done) < 60 || len(flying) > 0 {
			for inv, ok := m.Next(); ok; inv, ok = m.Next() {
				flying = append(flying, inv)
			}
			if len(flying) == 0 {
				b.now, _ = m.Wake()
				continue
			}
			i := random.IntN(len(flying))
			inv := flying[i]
			flying = slices.Delete(flying, i, i+1)
			switch at := random.IntN(2 * len(inv.Items)); {
			case random.IntN(10) == 0:
				m.Finish(inv, crashed)
			case at < len(inv.Items):
				succeed(inv.Items[:at])
				m.Finish(inv, failing(inv.Items[at]))
			default:
				succeed(inv.Items)
				m.Finish(inv, succeeded)
			}
		}
		if got := m.State(); got.Checkpoint != "160" || got.Buffered != 0 {
			t.Fatalf("seed %d: state at the end %+v", seed, got)
		}
	}
}
