package profilestore

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
	"github.com/google/go-cmp/cmp"
)

type prefs = events.Preferences

func wide(n int, value events.Value) prefs {
	p := prefs{}
	for i := range n {
		p[fmt.Sprintf("%s%03d", strings.Repeat("k", 61), i)] = value
	}
	return p
}

func TestRequestsPerMerge(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before   []events.PreferenceChange // each merged by itself
		merge    []events.PreferenceChange // together
		requests int
		changed  bool
	}{
		"a user never heard of":                {nil, []events.PreferenceChange{set(1, prefs{"a": events.JSON("1")})}, 1, true},
		"a set of a profile that exists":       {[]events.PreferenceChange{set(1, prefs{"a": events.JSON("1")})}, []events.PreferenceChange{set(2, prefs{"a": events.JSON("2"), "b": events.JSON("1")})}, 1, true},
		"an unset, something else is visible":  {[]events.PreferenceChange{set(1, prefs{"a": events.JSON("1"), "b": events.JSON("1")})}, []events.PreferenceChange{set(2, prefs{"a": events.Unset})}, 1, true},
		"an unset of the last, and the expiry": {[]events.PreferenceChange{set(1, prefs{"a": events.JSON("1")})}, []events.PreferenceChange{set(2, prefs{"a": events.Unset})}, 2, true},
		"a set after an erasure":               {[]events.PreferenceChange{set(1, prefs{"a": events.JSON("1")}), replace(2, nil)}, []events.PreferenceChange{set(3, prefs{"a": events.JSON("1")})}, 1, true},
		"100 preferences":                      {nil, []events.PreferenceChange{set(1, wide(100, events.JSON("1")))}, 1, true},
		"100 preferences of 100 changes":       {nil, manyStamps(wide(100, events.JSON("1"))), 1, true},
		"101 preferences of one replace":       {nil, []events.PreferenceChange{replace(1, wide(101, events.JSON("1")))}, 2, true},
		"100 preferences over 100":             {[]events.PreferenceChange{set(1, wide(100, events.JSON("1")))}, []events.PreferenceChange{replace(2, wide(100, events.JSON("2")))}, 1, true},
		"101 preferences of 101 changes":       {nil, manyStamps(wide(101, events.JSON("1"))), 2, true},
		"101 changes, the last is there":       {manyStamps(wide(101, events.JSON("1")))[100:], manyStamps(wide(101, events.JSON("1"))), 2, true},
		"a duplicate":                          {[]events.PreferenceChange{set(1, prefs{"a": events.JSON("1")})}, []events.PreferenceChange{set(1, prefs{"a": events.JSON("1")})}, 1, false},
		"a superseded change":                  {[]events.PreferenceChange{set(2, prefs{"a": events.JSON("2")})}, []events.PreferenceChange{set(1, prefs{"a": events.JSON("1")})}, 1, false},
		"a change below the fence":             {[]events.PreferenceChange{replace(2, prefs{"b": events.JSON("1")})}, []events.PreferenceChange{set(1, prefs{"a": events.JSON("1")})}, 1, false},
		"a change half superseded":             {[]events.PreferenceChange{set(2, prefs{"a": events.JSON("2")})}, []events.PreferenceChange{set(1, prefs{"a": events.JSON("1"), "b": events.JSON("1")})}, 2, true},
		"a fold half below the fence":          {[]events.PreferenceChange{replace(2, prefs{"a": events.JSON("2")})}, []events.PreferenceChange{set(1, prefs{"b": events.JSON("1")}), set(3, prefs{"c": events.JSON("1")})}, 2, true},
		"a replace that hides nothing":         {[]events.PreferenceChange{set(1, prefs{"a": events.JSON("1")})}, []events.PreferenceChange{replace(2, prefs{"a": events.JSON("2")})}, 1, true},
		"a replace that hides something":       {[]events.PreferenceChange{set(1, prefs{"a": events.JSON("1")})}, []events.PreferenceChange{replace(2, prefs{"b": events.JSON("2")})}, 2, true},
		"a replace of a later one":             {[]events.PreferenceChange{replace(3, prefs{"a": events.JSON("1")})}, []events.PreferenceChange{replace(2, prefs{"b": events.JSON("2")})}, 1, false},
		"an erasure: removal and expiry are 1": {[]events.PreferenceChange{set(1, prefs{"a": events.JSON("1")})}, []events.PreferenceChange{replace(2, nil)}, 2, true},
		"an erasure of nobody":                 {nil, []events.PreferenceChange{replace(2, nil)}, 2, true},
		"an erasure once more":                 {[]events.PreferenceChange{set(1, prefs{"a": events.JSON("1")}), replace(2, nil)}, []events.PreferenceChange{replace(2, nil)}, 1, false},
		"an erasure of 150: fence, 100, 50":    {manyStamps(wide(150, events.JSON("1"))), []events.PreferenceChange{replace(500, nil)}, 3, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			for changes := range slices.Chunk(test.before, 1+len(test.before)/4) { // one by one, but for many
				c.merge(c.bystander(), changes...)
			}
			before, records := c.stored("u"), c.records()
			r := c.merge(c.store(), test.merge...)
			if r.Requests != test.requests || len(c.requests) != test.requests {
				t.Errorf("%d requests, counted %d, want %d", len(c.requests), r.Requests, test.requests)
			}
			after := c.stored("u")
			if r.Changed() != test.changed || (after.Revision > before.Revision) != test.changed {
				t.Errorf("changed %v, revision %d -> %d", r.Changed(), before.Revision, after.Revision)
			}
			if r.Profile.Revision != after.Revision || r.Profile.UserID != "u" {
				t.Errorf("result has revision %d of %q, stored is %d", r.Profile.Revision, r.Profile.UserID, after.Revision)
			}
			if !test.changed && c.records() != records {
				t.Error("G9 Duplicates are silent: there are new stream records")
			}
		})
	}
}

// What is below the fence is not even written for a moment.
func TestNothingIsWrittenBelowTheFence(t *testing.T) {
	c := newCloud(t)
	c.merge(c.bystander(), replace(2, prefs{"a": events.JSON("2")}))
	records := c.records()
	c.merge(c.store(), set(1, prefs{"b": events.JSON("1")}), set(3, prefs{"c": events.JSON("1")}))
	for _, r := range c.table.Records("", 100)[records:] {
		if _, there := r.NewImage[item.Preference("b")]; there {
			t.Error("G3 No resurrection: an entry below the fence was written")
		}
	}
}

func manyStamps(p prefs) []events.PreferenceChange {
	var list []events.PreferenceChange
	for i, key := range p.Keys() {
		list = append(list, set(i+1, prefs{key: p[key]}))
	}
	return list
}

func TestAnEmptyDeltaAsksNothing(t *testing.T) {
	c := newCloud(t)
	if r := c.merge(c.store()); r.Changed() || len(c.requests) != 0 {
		t.Errorf("%+v, %d requests", r, len(c.requests))
	}
}

func TestWidestRequestKeepsToDynamoDBsLimits(t *testing.T) {
	c := newCloud(t)
	c.merge(c.bystander(), set(1, prefs{"first": events.JSON("1")}))
	c.merge(c.bystander(), set(1000, wide(50, events.JSON("1")))) // makes half of them lose
	c.merge(c.store(), append(manyStamps(wide(100, events.JSON("2"))), replace(0, nil))...)
	// A surplus in an item that expires: its recount has the most vetoes.
	for i := 0; c.stored("u").Weight <= item.MaxWeight-100*item.Weight("", events.Entry{}); i++ {
		c.merge(c.bystander(), set(2000+i, prefs{"first": filled(16000)}))
	}
	c.merge(c.bystander(), replace(3000, nil))
	recounts := c.stored("u").Recounts
	late := set(4000, wide(100, events.JSON("3")))
	c.merge(c.store(), late)
	if c.stored("u").Recounts == recounts {
		t.Error("there was no recount")
	}
	for _, r := range c.requests {
		for _, name := range []string{"UpdateExpression", "ConditionExpression"} {
			text := r.body[name].(string)
			one := strings.NewReplacer(">=", ">").Replace(text)
			operators := strings.Count(text, "OR") + strings.Count(text, "AND") + strings.Count(text, "NOT") + strings.Count(text, ">") +
				strings.Count(text, "exists(") + strings.Count(text, "+") + strings.Count(one, "=")
			if len(text) > 4096 || operators > 300 {
				t.Errorf("%s is %d bytes with up to %d operators", name, len(text), operators)
			}
		}
	}
	if len(c.requests) < 2 {
		t.Errorf("%d requests", len(c.requests))
	}
}

// Revisions of the stream never fall and announce exactly what changed.
func TestRevisionStartsAboveTheClockAndGrowsByOne(t *testing.T) {
	c := newCloud(t)
	first := c.merge(c.store(), set(1, prefs{"a": events.JSON("1")})).Profile
	if first.Revision != start.UnixMilli()+1 {
		t.Errorf("first revision %d", first.Revision)
	}
	if !first.UpdatedAt.Equal(start) {
		t.Errorf("updated at %v", first.UpdatedAt)
	}
	if second := c.merge(c.store(), set(2, prefs{"a": events.JSON("2")})).Profile; second.Revision != first.Revision+1 {
		t.Errorf("second revision %d", second.Revision)
	}
}

// What a merge stored is told of all its parts, and nothing that was there.
func TestStoredIsWhatTheCallStored(t *testing.T) {
	c := newCloud(t)
	keys := func(prefix string, ms int) events.PreferenceChange {
		p := prefs{}
		for i := range 80 {
			p[fmt.Sprint(prefix, i)] = events.Number(i)
		}
		return set(ms, p)
	}
	c.merge(c.store(), keys("a", 1))
	want := events.Fold(keys("b", 2), keys("c", 3))
	r := c.merge(c.store(), keys("a", 1), keys("b", 2), keys("c", 3))
	if diff := cmp.Diff(want, r.Stored); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r := c.merge(c.store(), keys("a", 1), keys("b", 2), keys("c", 3)); r.Changed() {
		t.Errorf("stored again: %d entries", len(r.Stored.Entries))
	}
}

// A delta of several parts is cut between changes.
func TestSplitKeepsChangesWhole(t *testing.T) {
	var all []events.PreferenceChange
	for i := range 7 {
		c := set(i+2, prefs{})
		for j := range 40 {
			c.Preferences[fmt.Sprintf("c%d-%d", i, j)] = events.JSON("1")
		}
		all = append(all, c)
	}
	all = append(all, replace(1, nil))
	parts := split(events.Fold(all...))
	seen := map[events.Stamp]int{}
	var latest events.Stamp
	for i := range parts {
		if len(parts[i].Entries) > maxRegisters {
			t.Errorf("part %d has %d entries", i, len(parts[i].Entries))
		}
		if (i == 0) != (parts[i].Cleared == at(1, 0)) {
			t.Errorf("part %d has the fence %s", i, parts[i].Cleared)
		}
		for _, e := range parts[i].Entries {
			if e.Stamp.Before(latest) {
				t.Errorf("part %d goes back to %s", i, e.Stamp)
			}
			seen[e.Stamp]++
		}
		latest = parts[i].AsOf()
	}
	for stamp, n := range seen {
		if n != 40 {
			t.Errorf("%s: %d of 40 entries", stamp, n)
		}
	}
	if len(parts) != 4 || len(seen) != 7 {
		t.Errorf("%d parts, %d changes", len(parts), len(seen))
	}
	c := newCloud(t)
	c.merge(c.store(), all...)
	if got, want := c.stored("u").State, events.Fold(all...); len(got.Entries) != len(want.Entries) || len(c.requests) != 4 {
		t.Errorf("%d entries by %d requests", len(got.Entries), len(c.requests))
	}
}

func TestReadAsksConsistentlyUnlessToldOtherwise(t *testing.T) {
	c := newCloud(t)
	c.merge(c.bystander(), set(1, prefs{"a": events.JSON("1")}))
	s := c.store()
	for _, consistent := range []bool{true, false} {
		s.eventual = !consistent
		p, err := s.Read(t.Context(), "u")
		if err != nil || p.Visible()["a"] != events.JSON("1") || p.UserID != "u" {
			t.Errorf("%+v, %v", p, err)
		}
		if got := c.requests[len(c.requests)-1].body["ConsistentRead"]; got != consistent {
			t.Errorf("ConsistentRead %v, want %v", got, consistent)
		}
	}
	p, err := s.Read(t.Context(), "nobody")
	if err != nil || p.Revision != 0 || p.UserID != "nobody" {
		t.Errorf("%+v, %v", p, err)
	}
}

// once interferes with the n-th request.
func (c *cloud) interfere(n int, f func() func(http.Handler) http.Handler) {
	c.on = func(i int, _ request) func(http.Handler) http.Handler {
		if i == n {
			return f()
		}
		return nil
	}
}
