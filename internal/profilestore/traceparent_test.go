package profilestore

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
)

// traced gives a change a trace of its own.
func traced(c events.PreferenceChange) events.PreferenceChange {
	c.Traceparent = fmt.Sprintf("00-%x-00f067aa0ba902b7-01", c.ID[:])
	return c
}

func (c *cloud) mergeTraced(s *Store, changes ...events.PreferenceChange) Result {
	c.Helper()
	var traces events.Traces
	for i := range changes {
		traces.Add(&changes[i])
	}
	r, err := s.MergeTraced(context.Background(), "u", events.Fold(changes...), traces)
	if err != nil {
		c.Fatalf("merge: %v", err)
	}
	return r
}

func TestTheItemKeepsTheTraceOfTheGreatestWinningStamp(t *testing.T) {
	a, b, both := prefs{"a": events.JSON("1")}, prefs{"b": events.JSON("1")}, prefs{"a": events.JSON("1"), "b": events.JSON("1")}
	for name, test := range map[string]struct {
		before, merge []events.PreferenceChange
		want          events.PreferenceChange // whose trace it is
	}{
		"a first change":                       {nil, []events.PreferenceChange{traced(set(1, a))}, traced(set(1, a))},
		"a later one":                          {[]events.PreferenceChange{traced(set(1, a))}, []events.PreferenceChange{traced(set(2, a))}, traced(set(2, a))},
		"a later one without a trace":          {[]events.PreferenceChange{traced(set(1, a))}, []events.PreferenceChange{set(2, a)}, set(2, a)},
		"an earlier one, of another key":       {[]events.PreferenceChange{traced(set(5, a))}, []events.PreferenceChange{traced(set(2, b))}, traced(set(2, b))},
		"an earlier one without a trace":       {[]events.PreferenceChange{traced(set(5, a))}, []events.PreferenceChange{set(2, b)}, set(2, b)},
		"a superseded one":                     {[]events.PreferenceChange{traced(set(5, a))}, []events.PreferenceChange{traced(set(2, a))}, traced(set(5, a))},
		"a duplicate":                          {[]events.PreferenceChange{traced(set(1, a)), traced(set(2, b))}, []events.PreferenceChange{traced(set(1, a))}, traced(set(2, b))},
		"half superseded":                      {[]events.PreferenceChange{traced(set(5, a))}, []events.PreferenceChange{traced(set(2, both))}, traced(set(2, both))},
		"the greatest does not win, the other": {[]events.PreferenceChange{set(5, a)}, []events.PreferenceChange{traced(set(2, b)), traced(set(3, a))}, traced(set(2, b))},
		"two at once":                          {nil, []events.PreferenceChange{traced(set(1, a)), traced(set(2, b))}, traced(set(2, b))},
		"two at once, the later without":       {nil, []events.PreferenceChange{traced(set(1, a)), set(2, b)}, set(2, b)},
		"a replace":                            {[]events.PreferenceChange{traced(set(1, a))}, []events.PreferenceChange{traced(replace(2, nil))}, traced(replace(2, nil))},
		"a replace and a later set":            {[]events.PreferenceChange{traced(set(1, a))}, []events.PreferenceChange{traced(replace(2, nil)), traced(set(3, b))}, traced(set(3, b))},
		"more than one write":                  {nil, tracedAll(manyStamps(wide(101, events.JSON("1")))), traced(set(101, a))},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			for _, before := range test.before {
				c.mergeTraced(c.bystander(), before)
			}
			r := c.mergeTraced(c.store(), test.merge...)
			if got := c.stored("u").Traceparent; got != test.want.Traceparent || r.Profile.Traceparent != got {
				t.Errorf("stored %q, result %q, want %q", got, r.Profile.Traceparent, test.want.Traceparent)
			}
		})
	}
}

func tracedAll(changes []events.PreferenceChange) []events.PreferenceChange {
	for i := range changes {
		changes[i] = traced(changes[i])
	}
	return changes
}

// Writes that make no revision leave the trace alone: a removal of what a replace
// hid, and the raise of a revision.
func TestTidyingLeavesTheTrace(t *testing.T) {
	c := newCloud(t)
	c.merge(c.bystander(), manyStamps(wide(150, events.JSON("1")))...)
	erasure := traced(replace(500, nil))
	if r := c.mergeTraced(c.store(), erasure); r.Requests != 3 {
		t.Fatalf("%d requests, want the write and two removals", r.Requests)
	}
	if _, _, err := c.store().AdvanceRevision(t.Context(), "u", c.stored("u").Revision+1000); err != nil {
		t.Fatal(err)
	}
	if got := c.stored("u").Traceparent; got != erasure.Traceparent {
		t.Errorf("%q, want %q", got, erasure.Traceparent)
	}
}

// Whatever is merged in whatever order, the trace is that of the last write that
// made a revision.
func TestTheTraceIsThatOfTheLastWrite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newCloud(t)
		var model events.State
		want := ""
		for range rapid.IntRange(1, 6).Draw(t, "merges") {
			batch := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) events.PreferenceChange {
				change := set(rapid.IntRange(1, 12).Draw(t, "ms"), prefs{rapid.SampledFrom([]string{"a", "b"}).Draw(t, "key"): events.JSON("1")})
				change.Replace = rapid.IntRange(0, 5).Draw(t, "replace") == 0
				if change.ID[5]%3 != 0 { // one id names one change
					change = traced(change)
				}
				return change
			}), 1, 3).Draw(t, "batch")
			delta := events.Fold(batch...)
			if won := model.Winners(delta); !won.IsEmpty() {
				want = ""
				for _, change := range batch {
					if change.ID == won.AsOf() {
						want = change.Traceparent
					}
				}
			}
			model.Merge(delta)
			c.mergeTraced(c.store(), batch...)
			if got := c.stored("u").Traceparent; got != want {
				t.Fatalf("stored %q, want %q", got, want)
			}
		}
	})
}
