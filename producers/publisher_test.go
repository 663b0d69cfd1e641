package producers_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/routetest"
	"github.com/bot-preferences/bot-preferences/producers"
)

func set(user, key, value string) events.PreferenceChange {
	return events.PreferenceChange{UserID: user, Preferences: events.Preferences{key: events.JSON(value)}}
}

func TestSourceRules(t *testing.T) {
	for source, ok := range map[string]bool{
		"bot": true, "awsome": true, "http-api": true, strings.Repeat("x", 256): true,
		"": false, "aws.events": false, "aws.": false, "bot-preferences": false, strings.Repeat("x", 257): false,
	} {
		if _, err := producers.NewPublisher(source, &routetest.Route{}); (err == nil) != ok {
			t.Errorf("source %.40q: %v", source, err)
		}
	}
}

func TestPublishGivesIDsInTheOrderOfTheArguments(t *testing.T) {
	r := &routetest.Route{}
	own := set("u1", "tone", `"warm"`)
	own.ID = routetest.At(routetest.Start)
	arguments := []events.PreferenceChange{set("u1", "tone", `"formal"`), own, set("u1", "tone", "1.0")}
	results, err := routetest.NewPublisher(t, r).Publish(t.Context(), arguments...)
	if err != nil {
		t.Fatal(err)
	}
	if !arguments[0].ID.IsZero() || !arguments[2].ID.IsZero() {
		t.Error("the arguments were changed")
	}
	if results[1].ID != own.ID {
		t.Error("an id of the caller's was changed")
	}
	if !results[2].ID.After(results[0].ID) {
		t.Errorf("ids %s, %s are not in order", results[0].ID, results[2].ID)
	}
	want := []events.PreferenceChange{arguments[0], own, arguments[2]}
	for i := range want {
		want[i].ID = results[i].ID
	}
	if diff := cmp.Diff(want, r.Changes(t)); diff != "" {
		t.Error(diff)
	}
	if e := r.Taken()[0]; e.Source != "bot" || !e.Time.Equal(routetest.Start) {
		t.Errorf("envelope %+v", e)
	}
}

func TestPublishReportsPerChange(t *testing.T) {
	r := &routetest.Route{Errs: []error{nil, routetest.SendError(events.NotSent, "ThrottlingException"), routetest.SendError(events.Uncertain, "")}}
	bad := set("u1", "tone", "{")
	bad.ID = routetest.At(routetest.Start)
	results, err := routetest.NewPublisher(t, r).Publish(t.Context(),
		set("", "tone", "1"), set("u1", "a", "1"), bad, set("u1", "b", "1"), set("u1", "c", "1"))

	var refusal *events.Refusal
	if !errors.As(results[0].Err, &refusal) || refusal.Field != "user_id" || !results[0].ID.IsZero() {
		t.Errorf("without a user: %+v", results[0])
	}
	if !errors.As(results[2].Err, &refusal) || refusal.Field != "preferences.tone" || results[2].ID != bad.ID {
		t.Errorf("bad JSON: %+v", results[2])
	}
	if results[1].Err != nil {
		t.Errorf("a good one: %+v", results[1])
	}
	for i, want := range map[int]events.Outcome{3: events.NotSent, 4: events.Uncertain} {
		var failure *events.SendError
		if !errors.As(results[i].Err, &failure) || failure.Outcome != want || results[i].ID.IsZero() {
			t.Errorf("change %d: %+v", i, results[i])
		}
	}
	for _, part := range []string{"change 0: user_id: is required", "change 2: preferences.tone", "change 3: not sent", "change 4: uncertain"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not tell %q", err, part)
		}
	}
	if got := r.Changes(t); len(got) != 1 || got[0].Preferences["a"] != events.JSON("1") {
		t.Errorf("taken: %v", got)
	}
}

func TestPublishAgainWithTheSameID(t *testing.T) {
	r := &routetest.Route{Errs: []error{routetest.SendError(events.Uncertain, "")}}
	p := routetest.NewPublisher(t, r)
	c := set("u1", "tone", "1")
	results, err := p.Publish(t.Context(), c)
	if err == nil {
		t.Fatal("no error")
	}
	r.Errs = nil
	c.ID = results[0].ID
	if again, err := p.Publish(t.Context(), c); err != nil || again[0].ID != c.ID || r.Changes(t)[0].ID != c.ID {
		t.Errorf("%v %v", again, err)
	}
}

func TestPublishNothing(t *testing.T) {
	p := routetest.NewPublisher(t, untouched{t})
	if results, err := p.Publish(t.Context()); len(results) != 0 || err != nil {
		t.Error(results, err)
	}
	if _, err := p.Publish(t.Context(), events.PreferenceChange{}); err == nil {
		t.Error("an empty change was accepted")
	}
}

// untouched is a Route that must not be called.
type untouched struct{ t *testing.T }

func (u untouched) Send(context.Context, []events.Envelope) []error {
	u.t.Error("the route was called")
	return nil
}

func TestARouteIsRequired(t *testing.T) {
	if _, err := producers.NewPublisher("bot", nil); err == nil {
		t.Error("a Publisher without a route would panic later")
	}
}

// No option makes a Publisher panic later, whatever it leaves out.
func TestOptionsThatSayNothing(t *testing.T) {
	for name, option := range map[string]producers.Option{
		"no clock": producers.WithClock(nil), "no stamp clock": producers.WithStampClock(nil),
		"no retry": producers.WithRetry(events.Retry{}), "negative": producers.WithRetry(events.Retry{Attempts: -1, Base: -1, Cap: -1}),
		"no time": producers.WithTimeout(0), "negative time": producers.WithTimeout(-1),
	} {
		synctest.Test(t, func(t *testing.T) {
			r := &routetest.Route{Errs: []error{routetest.SendError(events.NotSent, "")}}
			p, err := producers.NewPublisher("bot", r, option)
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			if _, err := p.PublishOne(context.Background(), set("u1", "a", "1")); !events.Retryable(err) || time.Since(start) > producers.DefaultTimeout {
				t.Errorf("%s: %v after %s", name, err, time.Since(start))
			}
			if results, err := p.Publish(t.Context(), set("u1", "a", "1")); results[0].ID.IsZero() || err == nil {
				t.Errorf("%s: %v", name, results)
			}
		})
	}
}

func TestTheIDCountsTowardTheSize(t *testing.T) {
	c := events.PreferenceChange{UserID: "u1", Preferences: events.Preferences{}}
	for _, key := range strings.Split("abcdefg", "") {
		c.Preferences[key] = events.JSON(`"` + strings.Repeat("x", 16<<10-2) + `"`)
	}
	c.Preferences["h"] = events.Text("")
	rest := events.MaxChangeBytes - len(c.AppendJSON(nil))
	c.Preferences["h"] = events.JSON(`"` + strings.Repeat("x", rest) + `"`)
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	results, _ := routetest.NewPublisher(t, &routetest.Route{}).Publish(t.Context(), c)
	if refusal := new(events.Refusal); !errors.As(results[0].Err, &refusal) || refusal.Code != events.TooLarge {
		t.Errorf("got %v", results[0].Err)
	}
}

func TestObserve(t *testing.T) {
	p := routetest.NewPublisher(t, &routetest.Route{})
	seen := routetest.At(routetest.Start.Add(60e9))
	p.Observe(seen)
	results, err := p.Publish(t.Context(), set("u1", "tone", "1"))
	if err != nil || !results[0].ID.After(seen) {
		t.Errorf("id %s after %s, %v", results[0].ID, seen, err)
	}
}

// A brokenRoute answers for one event too few.
type brokenRoute struct{}

func (brokenRoute) Send(_ context.Context, envelopes []events.Envelope) []error {
	return make([]error, len(envelopes)-1)
}

func TestARouteThatBreaksItsContractIsNotBelieved(t *testing.T) {
	results, err := routetest.NewPublisher(t, brokenRoute{}).Publish(t.Context(), set("u1", "a", "1"), set("u1", "b", "1"))
	for _, r := range results {
		if failure := new(events.SendError); !errors.As(r.Err, &failure) || failure.Outcome != events.Uncertain {
			t.Errorf("got %v", r.Err)
		}
	}
	if err == nil {
		t.Error("no error")
	}
}

func TestPublishConcurrently(t *testing.T) {
	r := &routetest.Route{}
	p := routetest.NewPublisher(t, r)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := p.Publish(t.Context(), set("u1", "a", "1"), set("u1", "b", "1")); err != nil {
				t.Error(err)
			}
			p.Observe(routetest.At(routetest.Start))
		})
	}
	all.Wait()
	ids := map[events.Stamp]bool{}
	for _, c := range r.Changes(t) {
		ids[c.ID] = true
	}
	if len(ids) != 40 {
		t.Errorf("%d different ids", len(ids))
	}
}
