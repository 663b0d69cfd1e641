package profilefile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/bulk"
	"github.com/bot-preferences/bot-preferences/internal/lab/nightly"
	"github.com/bot-preferences/bot-preferences/internal/profilefile"
)

var now = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func thousandKeys() string {
	var parts []string
	for i := range 1001 {
		parts = append(parts, fmt.Sprintf(`"k%d":1`, i))
	}
	return strings.Join(parts, ",")
}

// importer imports into a profile that is stored as it says.
func importer(stored *events.Profile) *profilefile.Importer {
	return &profilefile.Importer{
		Began: now, AsOf: now.Add(-time.Hour), Digest: "d",
		Read: func(context.Context, string) (events.Profile, error) { return *stored, nil },
	}
}

func apply(t testing.TB, to events.State, i *profilefile.Importer, line []byte) events.State {
	t.Helper()
	changes, err := i.Changes(t.Context(), 1, line, now)
	if err != nil {
		t.Fatal(err)
	}
	result := to.Clone()
	for j := range changes {
		if err := errors.Join(changes[j].Validate(), events.CheckTime(changes[j].ID, now)); err != nil {
			t.Fatal(err)
		}
		result.Apply(&changes[j])
	}
	return result
}

// said makes some changes of some days, up to an age that the pipeline refuses today.
func said(r *rand.Rand, oldest, youngest time.Duration, n int) (changes []events.PreferenceChange) {
	for range n {
		at := now.Add(-youngest - time.Duration(r.Int64N(int64(oldest-youngest))))
		var entropy [10]byte
		for i := range entropy {
			entropy[i] = byte(r.Uint32())
		}
		c := events.PreferenceChange{ID: events.NewClockOf(func() time.Time { return at }, bytes.NewReader(entropy[:])).Next(), UserID: "u", Preferences: events.Preferences{}, Replace: r.IntN(8) == 0}
		if !c.Replace && r.IntN(3) == 0 {
			c.Origin = events.Inferred
		}
		for range r.IntN(3) {
			value := events.Unset
			if r.IntN(4) > 0 {
				value = events.Number(r.IntN(100))
			}
			c.Preferences[string(rune('a'+r.IntN(5)))] = value
		}
		if c.Replace || len(c.Preferences) > 0 {
			changes = append(changes, c)
		}
	}
	return changes
}

const day = 24 * time.Hour

func TestAnImportOfAnExport(t *testing.T) {
	for seed := range uint64(nightly.Size(600, 3000)) {
		r := rand.New(rand.NewPCG(seed, 1))
		exported := events.Profile{UserID: "u", Revision: 1, UpdatedAt: now, State: events.Fold(said(r, 60*day, time.Minute, 1+r.IntN(9))...)}
		line := profilefile.Append(nil, &exported)

		// into an empty pipeline: the same is visible, and the second time nothing changes
		first := apply(t, events.State{}, importer(&events.Profile{}), line)
		if diff := cmp.Diff(exported.Visible(), first.Visible()); diff != "" {
			t.Fatalf("seed %d: into nothing: %s\n%s", seed, diff, line)
		}
		later := importer(&events.Profile{State: first})
		later.Began = now.Add(time.Minute) // another run, not one that resumes
		if diff := cmp.Diff(first, apply(t, first, later, line)); diff != "" {
			t.Fatalf("seed %d: again: %s\n%s", seed, diff, line)
		}
		// into the pipeline that it comes from: nothing changes
		if diff := cmp.Diff(exported.State, apply(t, exported.State, importer(&exported), line)); diff != "" {
			t.Fatalf("seed %d: into itself: %s\n%s", seed, diff, line)
		}
		// what was said after the export stays, whether it arrives before the import or after
		since := said(r, 50*day, 0, 1+r.IntN(5))
		for i := range since {
			if !since[i].ID.After(exported.AsOf()) {
				since[i].ID = events.NewClockOf(func() time.Time { return now.Add(-time.Second) }, bytes.NewReader(make([]byte, 64))).NextAbove(exported.AsOf())
			}
		}
		before, after, both := exported.Clone(), first.Clone(), exported.Clone()
		for i := range since {
			before.Apply(&since[i])
			if events.CheckTime(since[i].ID, now.Add(profilefile.Margin)) == nil { // older ones cannot arrive any more
				after.Apply(&since[i])
				both.Apply(&since[i])
			}
		}
		if diff := cmp.Diff(before, apply(t, before, importer(&events.Profile{State: before}), line)); diff != "" {
			t.Fatalf("seed %d: overrides what was said since: %s\n%s", seed, diff, line)
		}
		if diff := cmp.Diff(both.Visible(), after.Visible()); diff != "" {
			t.Fatalf("seed %d: hides what is said after the import: %s\n%s", seed, diff, line)
		}
	}
}

// The fence of an export is a change of its own, unless it is too old to matter.
func TestAnErasureIsImported(t *testing.T) {
	recent := events.NewClockOf(func() time.Time { return now.Add(-day) }, bytes.NewReader(make([]byte, 64)))
	fence := recent.Next()
	p := events.Profile{UserID: "u", Revision: 1, State: events.State{Cleared: fence, Entries: map[string]events.Entry{"a": {Value: events.Bool(true), Stamp: fence}}}}
	changes, err := importer(&events.Profile{}).Changes(t.Context(), 1, profilefile.Append(nil, &p), now)
	want := []events.PreferenceChange{{ID: fence, UserID: "u", Replace: true, Preferences: events.Preferences{"a": events.Bool(true)}}}
	if diff := cmp.Diff(want, changes); diff != "" || err != nil {
		t.Errorf("%v: %s", err, diff)
	}
}

func TestALineWithoutStampsCountsFromTheGivenMoment(t *testing.T) {
	i := importer(&events.Profile{})
	text := []byte(`{"user_id":"u","preferences":{"a":1,"b":null}}`)
	changes, err := i.Changes(t.Context(), 3, text, now)
	want := []events.PreferenceChange{{ID: bulk.ID(i.AsOf, "d", 3, 0, "u"), UserID: "u", Preferences: events.Preferences{"a": events.Number(1), "b": events.Unset}}}
	if diff := cmp.Diff(want, changes); diff != "" || err != nil {
		t.Errorf("%v: %s", err, diff)
	}
	if changes, err := i.Changes(t.Context(), 3, []byte(`{"user_id":"u","preferences":{}}`), now); len(changes) > 0 || err != nil {
		t.Errorf("%v, %v", changes, err)
	}
}

// A profile of the largest kind needs several changes.
func TestALargeLineIsCut(t *testing.T) {
	preferences := events.Preferences{}
	for i := range 250 {
		preferences[fmt.Sprintf("small%03d", i)] = events.Number(i)
	}
	for i := range 15 {
		preferences[fmt.Sprintf("large%d", i)] = events.Text(strings.Repeat("x", events.MaxValueBytes-2))
	}
	text := append(preferences.AppendJSON([]byte(`{"user_id":"u","preferences":`)), '}')
	changes, err := importer(&events.Profile{}).Changes(t.Context(), 1, text, now)
	if err != nil {
		t.Fatal(err)
	}
	ids, state := map[events.Stamp]bool{}, events.Fold(changes...)
	for _, c := range changes {
		ids[c.ID] = true
	}
	if len(changes) < 5 || len(ids) != len(changes) || cmp.Diff(preferences, state.Visible()) != "" {
		t.Errorf("%d changes, %d ids, %d keys", len(changes), len(ids), len(state.Visible()))
	}
}

func TestALineThatCannotBePublishedIsNamed(t *testing.T) {
	future := events.NewClockOf(func() time.Time { return now.Add(time.Hour) }, bytes.NewReader(make([]byte, 64))).Next()
	for text, want := range map[string]string{
		`{"user_id":"u","preferences":{"bad key":1}}`:                                                   "preferences.bad key: a key must match",
		`{"user_id":"u","preferences":{"a":1},"stamps":{"a":"` + future.String() + `"}}`:                "id: is ",
		`{"user_id":"u","preferences":{"bad key":1},"stamps":{"bad key":"01HF9HZ6BR0000000000000000"}}`: "preferences.bad key: a key must match", // of 2023
		`{`: "is not JSON",
	} {
		i := importer(&events.Profile{})
		_, err := i.Changes(t.Context(), 1, []byte(text), now)
		checked := i.Check(1, []byte(text), now)
		if err == nil || checked == nil || !strings.Contains(err.Error(), want) || !strings.Contains(checked.Error(), want) {
			t.Errorf("%s: %v, and when it is checked %v", text, err, checked)
		}
	}
	i := importer(&events.Profile{})
	i.AsOf = time.Time{}
	if err := i.Check(1, []byte(`{"user_id":"u","preferences":{"a":1}}`), now); err == nil || err.Error() != "stamps: are missing, and nothing says when this was said" {
		t.Errorf("a line without stamps: %v", err)
	}
	if err := i.Check(1, []byte(`{"user_id":"u","preferences":{"a":1},"stamps":{"a":"01HF9HZ6BR0000000000000000"}}`), now); err != nil {
		t.Errorf("an old value: %v", err)
	}
	lost := errors.New("the table does not answer")
	i.Read = func(context.Context, string) (events.Profile, error) { return events.Profile{}, lost }
	if _, err := i.Changes(t.Context(), 1, []byte(`{"user_id":"u","preferences":{"a":1},"stamps":{"a":"01HF9HZ6BR0000000000000000"}}`), now); !errors.Is(err, lost) || errors.As(err, new(*bulk.LineError)) {
		t.Errorf("a table that does not answer: %v", err)
	}
}
