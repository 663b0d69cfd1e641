package subscriber_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

type preferences = events.Preferences

// A step is an announcement, and the copy after it.
type step struct {
	announced   events.PreferencesUpdated
	revision    int64
	preferences preferences
	stale       bool
}

func said(revision, previous int64, changes, all preferences) events.PreferencesUpdated {
	return events.PreferencesUpdated{UserID: "u1", Revision: revision, PreviousRevision: previous, Changes: changes, ChangedKeys: changes.Keys(), Preferences: all}
}

func snapshotOf(revision int64, all preferences) events.PreferencesUpdated {
	u := said(revision, 0, all, all)
	u.Snapshot = true
	return u
}

func huge(u events.PreferencesUpdated) events.PreferencesUpdated {
	u = cut(u)
	u.Changes = nil
	return u
}

var (
	a1, a2, none = preferences{"a": events.JSON(`1`)}, preferences{"a": events.JSON(`2`)}, preferences{}
	both         = preferences{"a": events.JSON(`1`), "b": events.JSON(`2`)}
	a, b         = subscriber.Keys("a"), subscriber.Keys("b")
)

// runs are announcements in the order in which they came.
var runs = map[string]struct {
	follows []subscriber.ProjectionOption
	steps   []step
}{
	"the newest stays": {nil, []step{
		{said(5, 0, a1, a1), 5, a1, false},
		{said(5, 0, a1, a2), 5, a1, false}, // a duplicate
		{said(4, 3, a2, a2), 5, a1, false},
		{said(9, 7, a2, a2), 9, a2, false}, // a gap is normal
	}},
	"an erasure stays": {nil, []step{
		{said(5, 0, a1, a1), 5, a1, false},
		{said(7, 5, preferences{"a": events.Unset}, none), 7, none, false},
		{said(6, 5, a2, a2), 7, none, false},
		{snapshotOf(6, a2), 7, none, false},
		{snapshotOf(7, none), 7, none, false},
	}},
	"an erasure that comes first": {nil, []step{
		{said(7, 5, preferences{"a": events.Unset}, none), 7, none, false},
		{said(5, 0, a1, a1), 7, none, false},
	}},
	"a snapshot counts at an equal revision": {nil, []step{
		{said(5, 0, a1, a1), 5, a1, false},
		{snapshotOf(5, both), 5, both, false},
		{snapshotOf(4, a2), 5, both, false},
	}},
	"keys and prefixes": {[]subscriber.ProjectionOption{a, subscriber.Prefixes("ui.")}, []step{
		{said(1, 0, both, preferences{"a": events.JSON(`1`), "b": events.JSON(`2`), "ui.x": events.JSON(`3`), "uix": events.JSON(`4`), "aa": events.JSON(`5`)}), 1, preferences{"a": events.JSON(`1`), "ui.x": events.JSON(`3`)}, false},
	}},
	"changes are applied to what they are from": {nil, []step{
		{said(5, 0, both, both), 5, both, false},
		{cut(said(6, 5, preferences{"a": events.JSON(`2`), "b": events.Unset}, none)), 6, a2, false},
	}},
	"and from nothing, whatever there was": {nil, []step{
		{said(5, 0, a1, a1), 5, a1, false},
		{cut(said(9, 0, preferences{"b": events.JSON(`2`)}, none)), 9, preferences{"b": events.JSON(`2`)}, false},
	}},
	"but to nothing else": {nil, []step{
		{said(5, 0, both, both), 5, both, false},
		{cut(said(7, 6, a2, none)), 7, none, true},
		{cut(said(8, 7, a1, none)), 8, none, true}, // a stale copy is nothing to change
	}},
	"what is stale is mended": {nil, []step{
		{huge(said(5, 4, a1, none)), 5, none, true},
		{huge(said(5, 3, a1, none)), 5, none, true},
		{said(4, 3, a2, a2), 5, none, true},
		{said(5, 4, a1, a1), 5, a1, false},
		{huge(said(5, 4, a1, none)), 5, a1, false}, // and not made stale again
	}},
	"a truncated snapshot may be whole": {nil, []step{
		{huge(said(5, 4, a1, none)), 5, none, true},
		{cut(snapshotOf(5, a1)), 5, a1, false},
		{huge(snapshotOf(5, a1)), 5, a1, false},
	}},
	"what is too large concerns other keys": {[]subscriber.ProjectionOption{b}, []step{
		{said(5, 0, both, both), 5, preferences{"b": events.JSON(`2`)}, false},
		{huge(said(6, 5, a2, none)), 6, preferences{"b": events.JSON(`2`)}, false},
		{huge(said(7, 6, preferences{"b": events.JSON(`3`)}, none)), 7, none, true},
	}},
}

func TestProjection(t *testing.T) {
	for name, row := range runs {
		t.Run(name, func(t *testing.T) {
			p := subscriber.NewProjection(subscriber.NewMemory(), row.follows...)
			for i, s := range row.steps {
				if err := p.Apply(t.Context(), s.announced); err != nil {
					t.Fatal(err)
				}
				got, err := p.Get(t.Context(), "u1")
				want := subscriber.Copy{UserID: "u1", Revision: s.revision, Preferences: s.preferences, Stale: s.stale}
				if diff := cmp.Diff(want, got); diff != "" || err != nil {
					t.Errorf("after step %d (-want +got): %v\n%s", i, err, diff)
				}
			}
		})
	}
}

// counting counts what a Store is asked.
type counting struct {
	subscriber.Store
	loads, saves int
	err          error
}

func (c *counting) Load(ctx context.Context, user string) (subscriber.Copy, error) {
	c.loads++
	if c.err != nil {
		return subscriber.Copy{}, c.err
	}
	return c.Store.Load(ctx, user)
}

func (c *counting) Save(ctx context.Context, next subscriber.Copy, snapshot bool) (bool, error) {
	c.saves++
	if c.err != nil {
		return false, c.err
	}
	return c.Store.Save(ctx, next, snapshot)
}

func TestAWholeAnnouncementIsOneSave(t *testing.T) {
	s := &counting{Store: subscriber.NewMemory()}
	p := subscriber.NewProjection(s)
	for range 3 {
		if err := p.Apply(t.Context(), speaks("u1", 1, "de")); err != nil {
			t.Fatal(err)
		}
	}
	if s.loads != 0 || s.saves != 3 {
		t.Errorf("%d loads, %d saves", s.loads, s.saves)
	}
}

func TestAStoreThatFailsHasTheAnnouncementComeAgain(t *testing.T) {
	down := errors.New("down")
	s := &counting{Store: subscriber.NewMemory(), err: down}
	fn := func(context.Context, events.PreferencesUpdated) error { return nil }
	for name, f := range map[string]subscriber.Func{
		"save": subscriber.NewProjection(s).Apply, "guard": subscriber.Guard(s, fn),
		"load": func(ctx context.Context, u events.PreferencesUpdated) error {
			return subscriber.NewProjection(s).Apply(ctx, cut(u))
		},
	} {
		if err := f(t.Context(), speaks("u1", 1, "de")); !errors.Is(err, down) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A BeforeSave that fails keeps the copy as it was. It is also called where
// nothing seems to change, because its last call may have been for a copy that
// was not saved.
func TestBeforeSave(t *testing.T) {
	var told []subscriber.Copy
	var by events.PreferencesUpdated
	var fail error
	s := &counting{Store: subscriber.NewMemory()}
	p := subscriber.NewProjection(s, subscriber.Keys("language"), subscriber.BeforeSave(func(_ context.Context, u events.PreferencesUpdated, before, after subscriber.Copy) error {
		told, by = append(told, before, after), u
		return fail
	}))
	apply := func(u events.PreferencesUpdated, wantTold int, wantErr bool) {
		t.Helper()
		told, by = nil, events.PreferencesUpdated{}
		if err := p.Apply(t.Context(), u); len(told) != wantTold || (err != nil) != wantErr {
			t.Errorf("revision %d: told %+v, %v", u.Revision, told, err)
		}
		if diff := cmp.Diff(u, by); wantTold > 0 && diff != "" {
			t.Errorf("told of another announcement (-want +got):\n%s", diff)
		}
	}
	fail = errors.New("no")
	apply(speaks("u1", 1, "de"), 2, true)
	if got, _ := p.Get(t.Context(), "u1"); got.Revision != 0 {
		t.Errorf("saved %+v though BeforeSave failed", got)
	}
	fail = nil
	apply(said(2, 1, preferences{"language": events.Unset}, preferences{"name": events.Text("x")}), 2, false)
	apply(speaks("u1", 1, "de"), 0, false)
	if got, _ := p.Get(t.Context(), "u1"); got.Revision != 2 || len(got.Preferences) != 0 {
		t.Errorf("saved %+v", got)
	}
	apply(snapshotOf(2, none), 2, false) // it counts, and tells that it is one
	apply(speaks("u1", 3, "fr"), 2, false)
	if told[0].Revision != 2 || told[1].Revision != 3 || told[1].Preferences["language"] != events.Text("fr") {
		t.Errorf("told %+v", told)
	}
}
