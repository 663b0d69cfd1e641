package growth

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// Invocations that have ended do not count as concurrent.
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
	started(virtual.Apply) // and one alone
	if w.result.Peak != 2 || w.result.Returned != 8 {
		t.Errorf("%d of apply were under way at a time, and gave %d messages back", w.result.Peak, w.result.Returned)
	}
}

// Each time in a run starts when its change is published.
func TestTimesAreOfEachChange(t *testing.T) {
	var r Result
	var took []time.Duration
	for i := range 200 {
		took = append(took, time.Duration(200-i))
	}
	if r.times(took); r.Median != 100 || r.P99 != 198 {
		t.Errorf("of 1 to 200 the median is %d, 99 %% %d", r.Median, r.P99)
	}
	// One batch announces all 30, of half a second: the first change took longer than
	// the median by half of the time in which they came.
	for together, longer := range map[int]time.Duration{1: 29 * time.Second / 120, 10: time.Second / 6} {
		s := little()
		s.Together = together
		if r := play(t, s); (r.P99 - r.Median - longer).Abs() > time.Microsecond {
			t.Errorf("published by %d, the median is %s, 99 %% %s", together, r.Median, r.P99)
		}
	}
}

// A refused publisher publishes every change again, and each time still counts from the
// first attempt.
func TestWhatIsOfferedAgain(t *testing.T) {
	s := little()
	s.Changes, s.Together, s.Limits.PutEvents = 40, 10, 1
	r := play(t, s)
	if r.Again == 0 || r.Again%s.Together > 0 {
		t.Errorf("%d changes were offered again, of which %d are refused together", r.Again, s.Together)
	}
	if r.P99 < r.Drained {
		t.Errorf("the slowest change took %s, and %s after the load it was announced", r.P99, r.Drained)
	}
}

// A change that was never announced is an error. Of 30 changes in requests of seven,
// the last two are not published.
func TestARunThatLosesChangesFails(t *testing.T) {
	s := little()
	s.Together = 7
	if _, err := Run("../../../..", s); err == nil || !strings.Contains(err.Error(), "28 of 30") {
		t.Errorf("28 of 30 changes are published: %v", err)
	}
}

func TestHotIsOneUsersShare(t *testing.T) {
	for hot := range 11 {
		s, n, others := Scenario{Hot: hot, Users: 50}, 0, map[string]int{}
		for i := range 100 {
			if user := s.nth(i).UserID; user == workload.User(0) {
				n++
			} else {
				others[user]++
			}
		}
		if n != 10*hot || len(others) > 50 {
			t.Errorf("of 100 changes %d are of one user, want %d; the others are of %d", n, 10*hot, len(others))
		}
	}
}

// A follower gets the announcements, and the queue the changes.
func TestAFollowerGetsEveryAnnouncement(t *testing.T) {
	got := map[string]int{}
	s := little()
	s.Followers = 2
	s.Watch = func(f world.Fact) {
		if f, ok := f.(eventbridge.Delivered); ok {
			got[f.Delivery.Target.ID]++
		}
	}
	play(t, s)
	if len(got) != 3 || got["follower-0"] != s.Changes || got["follower-1"] != s.Changes {
		t.Errorf("deliveries %v, of %d changes", got, s.Changes)
	}
	for target, n := range got {
		if n != s.Changes {
			t.Errorf("%s got %d of %d", target, n, s.Changes)
		}
	}
}

// An announcement covers the changes up to the last one that it names, and no later
// change. Other events on the bus do not count.
func TestAnAnnouncementIsOfTheChangesUpToItsLast(t *testing.T) {
	c, err := virtual.New(virtual.Options{Root: "../../../..", Start: workload.Start})
	if err != nil {
		t.Fatal(err)
	}
	clock := c.Stamps()
	ids := []events.Stamp{clock.Next(), clock.Next(), clock.Next()}
	w := &watch{cloud: c, meter: billing.NewMeter(), waiting: map[string][]published{"ann": {}, "bob": {{ids[0], c.Now()}}}}
	for i, id := range ids {
		w.waiting["ann"] = append(w.waiting["ann"], published{id, c.Now().Add(-time.Duration(i+1) * time.Second)})
	}
	put := func(kind string, causes ...events.Stamp) {
		detail, err := json.Marshal(map[string]any{"user_id": "ann", "caused_by": causes})
		if err != nil {
			t.Fatal(err)
		}
		w.observe(eventbridge.Put{Event: eventbridge.Event{DetailType: kind, Detail: string(detail)}})
	}
	put(events.DetailTypeChange, ids...)
	put(events.DetailTypeUpdated)
	if len(w.took) > 0 {
		t.Errorf("announced after %v by no announcement", w.took)
	}
	put(events.DetailTypeUpdated, ids[0], ids[1])
	put(events.DetailTypeUpdated, ids[0]) // again
	if want := []time.Duration{time.Second, 2 * time.Second}; !slices.Equal(w.took, want) || len(w.waiting["ann"]) != 1 || len(w.waiting["bob"]) != 1 {
		t.Errorf("announced after %v, want %v; waiting are %v", w.took, want, w.waiting)
	}
}

// The time after the load is what its slowest change, here the first one, still needs.
func TestDrainedIsCountedFromTheEndOfTheLoad(t *testing.T) {
	short := little()
	short.Changes, short.PerSecond = 1, 1000
	for load, s := range map[time.Duration]Scenario{500 * time.Millisecond: little(), time.Millisecond: short} {
		if r := play(t, s); r.Drained != r.P99-load || r.Drained <= 0 {
			t.Errorf("%s after a load of %s all was done, and its slowest change took %s", r.Drained, load, r.P99)
		}
	}
}

// The quarters of a second together have exactly the deliveries of the second.
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
