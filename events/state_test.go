package events_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
)

// replay is what the merge must amount to, worked out the plain way: sort by
// stamp and do one after the other. What is stated forgets what was inferred, and an
// inference does nothing visible while something is stated.
func replay(changes []events.PreferenceChange) (visible events.Preferences, asOf, fence events.Stamp) {
	stated, inferred := events.Preferences{}, events.Preferences{}
	sorted := slices.SortedFunc(slices.Values(changes), func(a, b events.PreferenceChange) int { return a.ID.Compare(b.ID) })
	for _, c := range sorted {
		if c.Replace {
			clear(stated)
			clear(inferred)
			fence = c.ID
		}
		for key, value := range c.Preferences {
			into := inferred
			if c.Origin == events.Stated {
				delete(inferred, key)
				into = stated
			}
			delete(into, key)
			if value != events.Unset {
				into[key] = value
			}
		}
		asOf = c.ID
	}
	visible = maps.Clone(inferred)
	maps.Copy(visible, stated)
	return visible, asOf, fence
}

// redelivered are changes in any order, some of them more than once.
func redelivered(t *rapid.T, changes []events.PreferenceChange) []events.PreferenceChange {
	if len(changes) == 0 {
		return nil
	}
	again := rapid.SliceOfN(rapid.SampledFrom(changes), 0, 5).Draw(t, "again")
	return rapid.Permutation(slices.Concat(changes, again)).Draw(t, "order")
}

func TestFoldAgreesWithReplay(t *testing.T) { rapid.Check(t, foldAgreesWithReplay) }

func foldAgreesWithReplay(t *rapid.T) {
	changes := changesOfOneUser(t, "changes")
	visible, asOf, fence := replay(changes)
	got := events.Fold(redelivered(t, changes)...)
	if diff := cmp.Diff(visible, got.Visible()); diff != "" {
		t.Fatalf("visible (-replay +fold):\n%s", diff)
	}
	if got.AsOf() != asOf || got.Cleared != fence {
		t.Fatalf("as of %s above %s, want %s above %s", got.AsOf(), got.Cleared, asOf, fence)
	}
}

// States that mean the same are equal, whatever order, duplication and batching
// led to them.
func TestStatesHaveOneForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		changes := changesOfOneUser(t, "changes")
		var got events.State
		for rest := redelivered(t, changes); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "batch")
			got.Merge(events.Fold(rest[:n]...))
			rest = rest[n:]
		}
		if diff := cmp.Diff(events.Fold(changes...), got); diff != "" {
			t.Fatalf("(-at once +in batches):\n%s", diff)
		}
	})
}

func TestMergeLaws(t *testing.T) { rapid.Check(t, mergeLaws) }

func mergeLaws(t *rapid.T) {
	all := changesOfOneUser(t, "changes")
	var parts [3]events.State
	for i := range parts {
		if len(all) > 0 {
			parts[i] = events.Fold(rapid.SliceOf(rapid.SampledFrom(all)).Draw(t, "part")...)
		}
	}
	a, b, c := parts[0], parts[1], parts[2]
	var none events.State
	for law, sides := range map[string][2]events.State{
		"commutative":          {merged(a, b), merged(b, a)},
		"associative":          {merged(merged(a, b), c), merged(a, merged(b, c))},
		"idempotent":           {merged(a, b), merged(merged(a, b), b)},
		"idempotent by itself": {a, merged(a, a)},
		"neutral to nothing":   {a, merged(a, none)},
		"neutral from nothing": {a, merged(none, a)},
	} {
		if diff := cmp.Diff(sides[0], sides[1]); diff != "" {
			t.Errorf("not %s:\n%s", law, diff)
		}
	}
	onlyGrows(t, a, merged(a, b))
}

// onlyGrows checks that a merge is monotone. The fence and as_of never fall,
// and the visible value of a key changes only by a greater stamp: of one of its
// registers, or the fence.
func onlyGrows(t *rapid.T, before, after events.State) {
	if after.Cleared.Before(before.Cleared) || after.AsOf().Before(before.AsOf()) {
		t.Fatalf("the fence went from %s to %s, the latest stamp from %s to %s", before.Cleared, after.Cleared, before.AsOf(), after.AsOf())
	}
	was, is := before.Visible(), after.Visible()
	for _, key := range slices.Concat(was.Keys(), is.Keys()) {
		old, _ := before.Shown(key)
		now, _ := after.Shown(key)
		caused := grew(before, after, key) || after.Cleared.After(old.Stamp)
		if was[key] != is[key] && !caused || is[key] != events.Unset && now.Stamp.Before(before.Cleared) {
			t.Fatalf("%s went from %q to %q, by %s after %s, under the fence %s", key, was[key], is[key], now.Stamp, old.Stamp, after.Cleared)
		}
	}
}

// grew tells whether a register of a key has a greater stamp than before.
func grew(before, after events.State, key string) bool {
	return after.Entries[key].Stamp.After(before.Entries[key].Stamp) || after.Inferred[key].Stamp.After(before.Inferred[key].Stamp)
}

func merged(a, b events.State) events.State {
	m := a.Clone()
	m.Merge(b)
	return m
}

func TestStampsOnlyGrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s events.State
		for _, c := range changesOfOneUser(t, "changes") {
			before := s.Clone()
			s.Apply(&c)
			onlyGrows(t, before, s)
			for _, origin := range []events.Origin{events.Stated, events.Inferred} {
				for key, e := range before.Register(origin) {
					now, there := s.Register(origin)[key]
					if there && now.Stamp.Before(e.Stamp) || !there && !e.Stamp.Before(s.Cleared) {
						t.Fatalf("%s, %s, went from %v to %v (there: %t)", key, origin, e, now, there)
					}
				}
			}
		}
	})
}

// A change is reflected exactly where applying it would alter nothing.
// A change is superseded where a state that reflects it would show something else
// if the change had come last.
func TestSupersededAreTheKeysThatShowSomethingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		changes := changesOfOneUser(t, "changes")
		c := anyChange.Draw(t, "change")
		s := events.Fold(append(changes, c)...)
		want := []string(nil)
		for _, key := range c.Preferences.Keys() {
			said := c.Preferences[key]
			shown := s.Visible()[key]
			same := said == shown && (said == events.Unset || s.Register(c.Origin)[key].Stamp == c.ID)
			if said != events.Unset && slices.Contains(s.InferredKeys(), key) != (c.Origin == events.Inferred) {
				same = false
			}
			if !same {
				want = append(want, key)
			}
		}
		if diff := cmp.Diff(want, s.Superseded(&c)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func TestCheckFitIsTheMergeWithoutOldTombstones(t *testing.T) {
	now := noon
	ago := func(d time.Duration) events.Stamp { return stampAt(-int(d / time.Millisecond)) }
	full := events.State{Entries: map[string]events.Entry{}}
	for i := range events.MaxProfileKeys {
		full.Entries[fmt.Sprint("k", i)] = events.Entry{Stamp: ago(events.Retention - time.Minute)}
	}
	set := func(id events.Stamp, keys ...string) events.State {
		c := events.PreferenceChange{ID: id, Preferences: events.Preferences{}}
		for _, key := range keys {
			c.Preferences[key] = events.Number(1)
		}
		return events.Fold(c)
	}
	for name, tt := range map[string]struct {
		delta events.State
		later time.Duration
		fits  bool
	}{
		"a key more":                         {set(ago(0), "new"), 0, false},
		"a key more, when they are old":      {set(ago(0), "new"), 2 * time.Minute, true},
		"a key more in place of another":     {set(ago(0), "k1"), 0, true},
		"a key more that loses":              {set(ago(events.Retention), "k1"), 0, true},
		"a key that loses and one that wins": {events.Fold(events.PreferenceChange{ID: ago(events.Retention), Preferences: events.Preferences{"k1": events.Number(1), "new": events.Number(1)}}), 0, false},
		"an erasure":                         {events.Fold(events.PreferenceChange{ID: ago(0), Replace: true}), 0, true},
		"nothing":                            {events.State{}, 0, true},
	} {
		before := full.Clone()
		if err := full.CheckFit(tt.delta, now.Add(tt.later)); (err == nil) != tt.fits {
			t.Errorf("%s: %v", name, err)
		}
		if !cmp.Equal(before, full) {
			t.Errorf("%s: the state was changed", name)
		}
	}
}

func TestReflects(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := changesOfOneUser(t, "changes")
		s := events.Fold(all[len(all)/2:]...)
		for _, c := range all {
			after := s.Clone()
			after.Apply(&c)
			if got, want := s.Reflects(&c), cmp.Equal(s, after); got != want {
				t.Fatalf("Reflects %t, but applied it alters: %t\n%v\nchange %v", got, !want, s, c)
			}
			if !after.Reflects(&c) {
				t.Fatalf("not reflected once applied: %v", c)
			}
		}
	})
}

// A stored profile may hold entries that a replace hides and nobody removed yet.
func TestHiddenEntriesDoNotCount(t *testing.T) {
	s := events.State{Cleared: stampAt(2), Entries: map[string]events.Entry{
		"hidden": {Value: events.JSON(`1`), Stamp: stampAt(1)}, "kept": {Value: events.JSON(`2`), Stamp: stampAt(2)}, "unset": {Stamp: stampAt(3)},
	}}
	if diff := cmp.Diff(events.Preferences{"kept": events.JSON(`2`)}, s.Visible()); diff != "" {
		t.Errorf("visible (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]events.Stamp{stampAt(1), stampAt(2), stampAt(3)}, s.Stamps()); diff != "" {
		t.Errorf("stamps (-want +got):\n%s", diff)
	}
	var clean events.State
	clean.Merge(s)
	if _, there := clean.Entries["hidden"]; there || len(clean.Entries) != 2 {
		t.Errorf("merged into another state: %v", clean.Entries)
	}
}

// Half a replace may be stored: its entry without its fence. The fence must not
// remove what came with it.
func TestTheFenceKeepsItsOwnEntries(t *testing.T) {
	s := events.State{Entries: map[string]events.Entry{"new": {Value: events.JSON(`1`), Stamp: stampAt(2)}, "old": {Value: events.JSON(`1`), Stamp: stampAt(1)}}}
	s.Merge(events.State{Cleared: stampAt(2)})
	if diff := cmp.Diff(events.Preferences{"new": events.JSON(`1`)}, s.Visible()); diff != "" || len(s.Entries) != 1 {
		t.Errorf("visible (-want +got):\n%s\nof %v", diff, s.Entries)
	}
}

func TestStatesShareNothing(t *testing.T) {
	a := events.Fold(events.PreferenceChange{ID: stampAt(1), Preferences: events.Preferences{"tone": events.JSON(`1`)}})
	b := a.Clone()
	b.Apply(&events.PreferenceChange{ID: stampAt(2), Preferences: events.Preferences{"tone": events.JSON(`2`)}})
	if a.Entries["tone"].Value != events.JSON(`1`) {
		t.Error("a clone's change reached the original")
	}
}

func TestEmptyState(t *testing.T) {
	var s events.State
	if !s.IsEmpty() || s.Visible() == nil || len(s.Visible()) != 0 || !s.AsOf().IsZero() || len(s.Stamps()) != 0 || s.Bytes() != 0 {
		t.Errorf("%v is not empty", s)
	}
	erased := events.Fold(events.PreferenceChange{ID: stampAt(1), Replace: true})
	if erased.IsEmpty() {
		t.Error("an erased state has a fence and is not empty")
	}
}
