package recovery_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/recovery"
)

// A table of revisions, in pages of three. An item costs half a unit to read and two
// units to write.
type table struct {
	revisions []int64 // -1: none
	spoilt    []int   // which of the others cannot be read, but for the revision
	fail      func(n int) error
	moves     int
	mu        sync.Mutex
}

var errSlow, errSpoilt = errors.New("slow down"), errors.New("spoilt")

func (t *table) page(_ context.Context, at profilestore.Position) (p profilestore.Page, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	from := 0
	if at.After != "" {
		fmt.Sscan(at.After, &from)
	}
	to := min(from+3, len(t.revisions))
	for i, r := range t.revisions[from:to] {
		switch user := fmt.Sprint(from + i); {
		case (from+i)%at.Segments != at.Segment:
		case r < 0:
			p.Unreadable = append(p.Unreadable, profilestore.Unreadable{UserID: user, Err: errSpoilt})
		case slices.Contains(t.spoilt, from+i):
			p.Unreadable = append(p.Unreadable, profilestore.Unreadable{UserID: user, Revision: r, Err: errSpoilt})
		default:
			p.Profiles = append(p.Profiles, events.Profile{UserID: user, Revision: r})
		}
	}
	if to < len(t.revisions) {
		p.After = fmt.Sprint(to)
	}
	p.Units = float64(to-from) / 2
	return p, nil
}

func (t *table) move(_ context.Context, user string, to int64) (bool, float64, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.moves++
	if t.fail != nil {
		if err := t.fail(t.moves); err != nil {
			return false, 0, err
		}
	}
	var i int
	fmt.Sscan(user, &i)
	if t.revisions[i] < 0 {
		return false, 1, profilestore.ErrNoRevision
	}
	t.revisions[i] = max(t.revisions[i], to)
	return true, 2, nil
}

func (t *table) advance(to int64) *recovery.Advance {
	return &recovery.Advance{Read: t.page, Move: t.move, To: to, Segments: 1}
}

func TestAdvanceMovesWhatIsBehind(t *testing.T) {
	tab := &table{revisions: []int64{3, 10, 12, 9, -1, 0, 10}}
	var told []string
	a := tab.advance(10)
	a.OnTrouble = func(user string, err error) { told = append(told, user+": "+err.Error()) }
	a.Ahead = func(user string, revision int64) { told = append(told, fmt.Sprint(user, " has ", revision)) }
	counts, err := a.Run(t.Context())
	want := recovery.Counts{Items: 7, Behind: 3, Moved: 3, Beyond: 1, Unreadable: 1, Failed: 1, Units: 7, Newest: 12}
	if diff := cmp.Diff(want, counts); diff != "" || err != nil {
		t.Errorf("error %v; want (-), got (+):\n%s", err, diff)
	}
	if diff := cmp.Diff([]int64{10, 10, 12, 10, -1, 10, 10}, tab.revisions); diff != "" {
		t.Errorf("revisions, want (-), got (+):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2 has 12", "4: spoilt"}, told); diff != "" {
		t.Errorf("told, want (-), got (+):\n%s", diff)
	}
}

// Subscribers may know a revision from before its item was damaged.
func TestAdvanceSeesRevisionsOfWhatCannotBeRead(t *testing.T) {
	for _, dry := range []bool{false, true} {
		tab := &table{revisions: []int64{3, 4, 10, 15, 9}, spoilt: []int{1, 2, 3}}
		var told []string
		a := tab.advance(10)
		a.DryRun = dry
		a.OnTrouble = func(user string, err error) { told = append(told, user+": "+err.Error()) }
		a.Ahead = func(user string, revision int64) { told = append(told, fmt.Sprint(user, " has ", revision)) }
		counts, err := a.Run(t.Context())
		want, after := recovery.Counts{Items: 5, Behind: 3, Moved: 3, Beyond: 1, Unreadable: 3, Units: 6, Newest: 15}, []int64{10, 10, 10, 15, 10}
		if dry {
			want.Moved, want.Units, after = 0, 0, []int64{3, 4, 10, 15, 9}
		}
		if diff := cmp.Diff(want, counts); diff != "" || err != nil || !slices.Equal(tab.revisions, after) {
			t.Errorf("dry run %t: error %v, revisions %d; want (-), got (+):\n%s", dry, err, tab.revisions, diff)
		}
		if diff := cmp.Diff([]string{"1: spoilt", "2: spoilt", "3: spoilt", "3 has 15"}, told); diff != "" {
			t.Errorf("told, want (-), got (+):\n%s", diff)
		}
	}
}

func TestAdvanceGoesOnAfterAnInterruption(t *testing.T) {
	tab := &table{revisions: make([]int64, 10), fail: func(n int) error {
		if n == 5 {
			return errSlow
		}
		return nil
	}}
	if counts, err := tab.advance(7).Run(t.Context()); !errors.Is(err, errSlow) || counts.Moved != 4 {
		t.Fatalf("interrupted: %+v, %v", counts, err)
	}
	if counts, err := tab.advance(7).Run(t.Context()); err != nil || counts.Moved != 6 || counts.Items != 10 {
		t.Errorf("repeated: %+v, %v", counts, err)
	}
	if counts, err := tab.advance(7).Run(t.Context()); err != nil || counts.Units != 0 || tab.moves != 11 {
		t.Errorf("and again: %+v, %v", counts, err)
	}
}

func TestADryRunWritesNothing(t *testing.T) {
	tab := &table{revisions: []int64{1, 5, 9, -1}}
	a := tab.advance(6)
	a.DryRun = true
	var told []string
	a.OnTrouble = func(user string, _ error) { told = append(told, user) }
	counts, err := a.Run(t.Context())
	want := recovery.Counts{Items: 4, Behind: 2, Beyond: 1, Unreadable: 1, Newest: 9}
	if counts != want || err != nil || tab.moves != 0 || !slices.Equal(told, []string{"3"}) {
		t.Errorf("%+v, %v, %d moves, told %q", counts, err, tab.moves, told)
	}
}

func TestAdvanceKeepsItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tab := &table{revisions: make([]int64, 30)}
		a := tab.advance(6)
		a.Segments, a.Reads, a.Writes = 2, backfill.NewPace(1000), backfill.NewPace(4)
		began := time.Now()
		if counts, err := a.Run(t.Context()); err != nil || counts.Moved != 30 {
			t.Fatalf("%+v, %v", counts, err)
		}
		if took := time.Since(began); took < 14*time.Second || took > 16*time.Second {
			t.Errorf("60 units at 4 a second took %s", took)
		}
	})
}
