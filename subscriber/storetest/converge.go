package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// A history is what became of one user's profile, the profile that never was
// first.
type history []events.Profile

var keys = []string{"a", "b", "ui.x", "ui.y"}

func drawHistory(t *rapid.T) history {
	h := history{{UserID: "u"}}
	for i := range rapid.IntRange(1, 6).Draw(t, "changes") {
		last := h[len(h)-1]
		next := events.Profile{UserID: "u", Revision: last.Revision + rapid.Int64Range(1, 2).Draw(t, "gap"), State: last.Clone()}
		next.UpdatedAt = start.Add(time.Duration(i) * time.Second)
		c := events.PreferenceChange{ID: events.Stamp{15: byte(i + 1)}, UserID: "u", Preferences: events.Preferences{}}
		if c.Replace = rapid.IntRange(0, 3).Draw(t, "replace") == 0; !c.Replace && rapid.Bool().Draw(t, "inferred") {
			c.Origin = events.Inferred
		}
		for _, key := range rapid.SliceOfDistinct(rapid.SampledFrom(keys), rapid.ID[string]).Draw(t, "keys") {
			c.Preferences[key] = rapid.SampledFrom([]events.Value{events.JSON(`1`), events.JSON(`2`), events.Unset}).Draw(t, "value")
		}
		next.Apply(&c)
		h = append(h, next)
	}
	return h
}

// announcement draws one that leads to the profile at index to, from whichever
// one before: it may have been folded.
func (h history) announcement(t *rapid.T, to int) events.PreferencesUpdated {
	u := events.Announce(&h[rapid.IntRange(0, to-1).Draw(t, "from")], &h[to])
	if rapid.IntRange(0, 3).Draw(t, "snapshot") == 0 {
		u = events.Snapshot(&h[to])
	}
	switch rapid.IntRange(0, 5).Draw(t, "truncated") {
	case 0:
		u.Truncated, u.Preferences, u.Changes = true, nil, nil
	case 1:
		u.Truncated, u.Preferences = true, nil
	}
	return u
}

// deliveries are announcements of every profile, some twice, some folded, in any
// order.
func (h history) deliveries(t *rapid.T) []events.PreferencesUpdated {
	var all []events.PreferencesUpdated
	for to := 1; to < len(h); to++ {
		for range rapid.IntRange(1, 3).Draw(t, "times") {
			all = append(all, h.announcement(t, to))
		}
	}
	return rapid.Permutation(all).Draw(t, "order")
}

// at is the followed part of the profile of a revision, and which of it was inferred.
func (h history) at(revision int64, follows func(key string) bool) (visible events.Preferences, inferred []string) {
	for _, p := range h {
		if p.Revision == revision {
			visible = p.Visible()
			maps.DeleteFunc(visible, func(key string, _ events.Value) bool { return !follows(key) })
			return visible, slices.DeleteFunc(p.InferredKeys(), func(key string) bool { return !follows(key) })
		}
	}
	return nil, nil
}

// follower is a Projection with what it follows, and what BeforeSave has told.
type follower struct {
	*subscriber.Projection
	follows func(key string) bool
	told    *subscriber.Copy // nil: BeforeSave is not used
}

var errLater = errors.New("later")

func drawFollower(t *rapid.T, s subscriber.Store) *follower {
	f := &follower{follows: func(string) bool { return true }}
	var options []subscriber.ProjectionOption
	switch rapid.IntRange(0, 2).Draw(t, "follows") {
	case 0:
		options = append(options, subscriber.Keys("a", "ui.x"))
		f.follows = func(key string) bool { return key == "a" || key == "ui.x" }
	case 1:
		options = append(options, subscriber.Keys("b"), subscriber.Prefixes("ui."))
		f.follows = func(key string) bool { return key == "b" || strings.HasPrefix(key, "ui.") }
	}
	if rapid.Bool().Draw(t, "before save") {
		f.told = &subscriber.Copy{}
		options = append(options, subscriber.BeforeSave(func(_ context.Context, u events.PreferencesUpdated, before, after subscriber.Copy) error {
			if rapid.IntRange(0, 3).Draw(t, "fails") == 0 {
				return errLater
			}
			if after.Revision < before.Revision || after.Revision != u.Revision {
				t.Errorf("told of %+v by revision %d after %+v", after, u.Revision, before)
			}
			*f.told = after
			return nil
		}))
	}
	f.Projection = subscriber.NewProjection(faulty{s, t}, options...)
	return f
}

// faulty fails to save now and then, before or after it has been done.
type faulty struct {
	subscriber.Store
	t *rapid.T
}

func (f faulty) Save(ctx context.Context, c subscriber.Copy, snapshot bool) (bool, error) {
	switch rapid.IntRange(0, 7).Draw(f.t, "save") {
	case 0:
		return false, errLater
	case 1:
		_, _ = f.Store.Save(ctx, c, snapshot)
		return false, errLater
	}
	return f.Store.Save(ctx, c, snapshot)
}

// converge is G5: whatever is duplicated, reordered and tried again, the copy is
// the profile of its revision at every moment, and at the end the last profile.
// It is stale only where nothing that came could tell what the profile is.
func converge(t *rapid.T, s subscriber.Store) {
	h := drawHistory(t)
	f, queue := drawFollower(t, s), h.deliveries(t)
	var known knowledge
	for n := 0; len(queue) > 0; n++ {
		u := queue[0]
		queue = queue[1:]
		err := f.Apply(context.Background(), u)
		if errors.Is(err, errLater) && n < 200 {
			queue = append(queue, u)
		} else if err != nil {
			t.Skip("it failed too often")
		}
		known = f.check(t, h, known, known.after(&u, f.follows), err != nil)
	}
	got, _ := f.Get(context.Background(), "u")
	if last := h[len(h)-1].Revision; got.Revision != last {
		t.Errorf("G5: the copy ends with %+v; the profile's revision is %d", got, last)
	}
	if f.told != nil && (f.told.Revision != got.Revision || f.told.Stale != got.Stale || !maps.Equal(f.told.Preferences, got.Preferences)) {
		t.Errorf("told of %+v at last, but the copy is %+v", *f.told, got)
	}
}

// knowledge is what a copy has to be after the announcements that were applied.
type knowledge struct {
	revision int64
	stale    bool
}

// after is the knowledge that an announcement leads to.
func (k knowledge) after(u *events.PreferencesUpdated, follows func(key string) bool) knowledge {
	fromKnown := u.PreviousRevision == 0 || u.PreviousRevision == k.revision && !k.stale
	saysAll := u.Changes != nil || !slices.ContainsFunc(u.ChangedKeys, follows)
	next := knowledge{u.Revision, u.Preferences == nil && !(fromKnown && saysAll)}
	switch {
	case u.Revision > k.revision, u.Revision == k.revision && !next.stale:
		return next
	}
	return k
}

// check holds the copy to the history and to what has to be known by now: of an
// announcement that failed, before or after it.
func (f *follower) check(t *rapid.T, h history, before, after knowledge, failed bool) knowledge {
	got, err := f.Get(context.Background(), "u")
	if err != nil {
		t.Fatal(err)
	}
	want, inferred := events.Preferences{}, []string(nil)
	if !got.Stale {
		want, inferred = h.at(got.Revision, f.follows)
	}
	is := knowledge{got.Revision, got.Stale}
	if is != after && !(failed && is == before) || !maps.Equal(got.Preferences, want) || !slices.Equal(got.InferredKeys, inferred) {
		t.Fatal(fmt.Sprintf("G5: after %+v the copy is %+v, want %+v with the preferences %v, inferred %v", before, got, after, want, inferred))
	}
	return is
}
