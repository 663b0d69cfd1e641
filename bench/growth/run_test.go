package growth

import (
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/bench/virtual"
	"github.com/bot-preferences/bot-preferences/localaws/billing"
	"github.com/bot-preferences/bot-preferences/localaws/lambda"
)

// Invocations that have ended are not under way.
func TestPeakIsOfApplyAtATime(t *testing.T) {
	w := &watch{meter: billing.NewMeter()}
	started := func(function string) {
		w.observe(lambda.Started{Invocation: &lambda.Invocation{Function: function, Items: []string{"m"}}})
	}
	finished := func(function string) {
		w.observe(lambda.Finished{Invocation: &lambda.Invocation{Function: function, Items: []string{"m"}}, Failures: []string{"m"}})
	}
	for range 4 {
		started(virtual.Apply)
		started(virtual.Republish)
		started(virtual.Apply)
		finished(virtual.Apply)
		finished(virtual.Republish)
		finished(virtual.Apply)
	}
	if w.result.Peak != 2 || w.result.Returned != 8 {
		t.Errorf("%d of apply were under way at a time, and gave %d messages back", w.result.Peak, w.result.Returned)
	}
}

// What is left after a load is what its slowest change, here the first, still takes.
func TestDrainedIsCountedFromTheEndOfTheLoad(t *testing.T) {
	short := little()
	short.Changes, short.PerSecond = 1, 1000
	for load, s := range map[time.Duration]Scenario{500 * time.Millisecond: little(), time.Millisecond: short} {
		if r := play(t, s); r.Drained != r.P99-load || r.Drained <= 0 {
			t.Errorf("%s after a load of %s all was done, and its slowest change took %s", r.Drained, load, r.P99)
		}
	}
}

// A second's deliveries are dealt to its quarters without a rest.
func TestDeliveriesOfASecond(t *testing.T) {
	for _, limit := range []int{0, 1, 3, 4, 8, 18_750} {
		l := newLimiter(Limits{Deliveries: limit})
		made, most, least := 0, 0, limit
		for quarter := range quarters {
			n, at := 0, time.Unix(1000, 0).Add(time.Duration(quarter)*250*time.Millisecond)
			for l.deliver(at) {
				n++
			}
			made, most, least = made+n, max(most, n), min(least, n)
		}
		if made != limit || most-least > 1 {
			t.Errorf("under a limit of %d a second has %d deliveries, from %d to %d in a quarter", limit, made, least, most)
		}
	}
}

// One delivery a second is enough for all to come in, in their order.
func TestFewDeliveriesAreLateAndNotLost(t *testing.T) {
	s := little()
	s.PerSecond, s.Changes, s.Limits.Deliveries = 10, 3, 1
	if r := play(t, s); r.Late != s.Changes || r.P99 < 2500*time.Millisecond || r.P99 > 4500*time.Millisecond {
		t.Errorf("%d of %d were late, the slowest %s", r.Late, s.Changes, r.P99)
	}
}
