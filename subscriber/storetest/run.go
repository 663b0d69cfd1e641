package storetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// T is what tests and property tests have in common.
type T interface {
	Helper()
	Fatal(args ...any)
	Errorf(format string, args ...any)
}

// Run holds the stores that open makes, each of them empty, to the contract of
// subscriber.Store, and a Projection over them to G5.
func Run(t *testing.T, open func(t T) subscriber.Store) {
	t.Run("save by the rule", func(t *testing.T) { rapid.Check(t, func(t *rapid.T) { saves(t, open(t)) }) })
	t.Run("copies are of one user", func(t *testing.T) { apart(t, open(t)) })
	t.Run("the newest of many writers stays", func(t *testing.T) { race(t, open(t)) })
	t.Run("projections converge together", func(t *testing.T) { together(t, open(t)) })
	t.Run("projections converge", func(t *testing.T) { rapid.Check(t, func(t *rapid.T) { converge(t, open(t)) }) })
}

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// copies have few users and revisions, so that they meet.
var copies = rapid.Custom(func(t *rapid.T) subscriber.Copy {
	c := subscriber.Copy{UserID: "u", Revision: rapid.Int64Range(1, 4).Draw(t, "revision"), Preferences: events.Preferences{}}
	if rapid.IntRange(0, 3).Draw(t, "has times") > 0 {
		c.UpdatedAt, c.AsOf = start.Add(time.Duration(c.Revision)*time.Millisecond), events.Stamp{15: byte(c.Revision)}
	}
	if c.Stale = rapid.IntRange(0, 3).Draw(t, "stale") == 0; c.Stale {
		return c
	}
	for _, key := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"a", "b.c", "revision", "stale"}), rapid.ID[string]).Draw(t, "keys") {
		if rapid.IntRange(0, 2).Draw(t, "inferred") == 0 {
			c.InferredKeys = append(c.InferredKeys, key)
		}
		c.Preferences[key] = rapid.SampledFrom([]events.Value{events.Text("x"), events.JSON(`1.0`), events.Text(""), events.JSON(`{"a": null}`), events.JSON(`"\u0000"`)}).Draw(t, "value")
	}
	slices.Sort(c.InferredKeys)
	return c
})

// saves: what is saved by the rule is what is loaded, and nothing else is.
func saves(t *rapid.T, s subscriber.Store) {
	var stored subscriber.Copy
	for range rapid.IntRange(1, 8).Draw(t, "saves") {
		c, snapshot := copies.Draw(t, "copy"), rapid.Bool().Draw(t, "snapshot")
		saved, err := s.Save(context.Background(), c, snapshot)
		want := c.Replaces(&stored, snapshot)
		if err != nil || saved != want {
			t.Fatalf("%+v over %+v, snapshot %v: saved %v, %v; want %v", c, stored, snapshot, saved, err, want)
		}
		if saved {
			stored = c
		}
		same(t, s, stored)
	}
}

func same(t T, s subscriber.Store, want subscriber.Copy) {
	t.Helper()
	got, err := s.Load(context.Background(), want.UserID)
	if err != nil {
		t.Fatal(err)
	}
	if got.UserID != want.UserID || got.Revision != want.Revision || got.Stale != want.Stale || got.AsOf != want.AsOf ||
		!got.UpdatedAt.Equal(want.UpdatedAt) || !maps.Equal(got.Preferences, want.Preferences) || !slices.Equal(got.InferredKeys, want.InferredKeys) {
		t.Errorf("loaded %+v, want %+v", got, want)
	}
}

func apart(t *testing.T, s subscriber.Store) {
	if got, err := s.Load(t.Context(), "nobody"); err != nil || got.Revision != 0 {
		t.Errorf("of nobody: %+v, %v", got, err)
	}
	for _, user := range []string{"u", "U", "\u00fc", "u\u0308", "u/../u", "."} {
		c := subscriber.Copy{UserID: user, Revision: 1, Preferences: events.Preferences{"name": events.JSON(fmt.Sprintf("%q", user))}, InferredKeys: []string{"name"}}
		if saved, err := s.Save(t.Context(), c, false); err != nil || !saved {
			t.Errorf("%s: saved %v, %v", user, saved, err)
		}
		same(t, s, c)
		c.Preferences["name"], c.InferredKeys[0] = events.Text("changed by the caller"), "other"
		if got, _ := s.Load(t.Context(), user); got.Preferences["name"] == c.Preferences["name"] || got.InferredKeys[0] == c.InferredKeys[0] {
			t.Errorf("%s: the store shares memory with its caller", user)
		}
	}
}

// race has many writers save at once, each its revisions in some order.
func race(t *testing.T, s subscriber.Store) {
	const writers, revisions = 8, 40
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range revisions {
				r := int64((i*7+w*11)%revisions + 1)
				c := subscriber.Copy{UserID: "u", Revision: r, Preferences: events.Preferences{"r": events.JSON(fmt.Sprint(r))}}
				if _, err := s.Save(t.Context(), c, w%2 == 0); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	same(t, s, subscriber.Copy{UserID: "u", Revision: revisions, Preferences: events.Preferences{"r": events.JSON(fmt.Sprint(revisions))}})
}

// together has many invocations at once, each with all announcements in an order
// of its own: the last profile stays, and nothing of those before it.
func together(t *testing.T, s subscriber.Store) {
	const invocations, revisions = 6, 30
	p := subscriber.NewProjection(s)
	var all sync.WaitGroup
	for i := range invocations {
		all.Go(func() {
			for n := range revisions {
				r := int64((n*7+i*11)%revisions + 1)
				u := events.PreferencesUpdated{
					UserID: "u", Revision: r, PreviousRevision: r - 1, Snapshot: i%2 == 0, Truncated: i%3 == 0,
					Preferences: events.Preferences{fmt.Sprintf("k%d", r): events.JSON(`1`)}, ChangedKeys: []string{"k"},
				}
				if u.Truncated && r < revisions {
					u.Preferences = nil
				}
				if err := p.Apply(t.Context(), u); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	same(t, s, subscriber.Copy{UserID: "u", Revision: revisions, Preferences: events.Preferences{fmt.Sprintf("k%d", revisions): events.JSON(`1`)}})
}
