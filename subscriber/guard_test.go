package subscriber_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

func TestGuard(t *testing.T) {
	var r recorder
	guarded := subscriber.Guard(subscriber.NewMemory(), r.take)
	snapshot := func(revision int64) events.PreferencesUpdated { return snapshotOf(revision, preferences{}) }
	for i, row := range []struct {
		u     events.PreferencesUpdated
		fail  error
		given bool
	}{
		{speaks("u1", 5, "de"), errors.New("no"), true},
		{speaks("u1", 5, "de"), nil, true}, // a failure does not count
		{speaks("u1", 5, "de"), nil, false},
		{speaks("u1", 4, "de"), nil, false},
		{snapshot(4), nil, false},
		{snapshot(5), nil, true},
		{snapshot(5), nil, true},
		{speaks("u2", 1, "de"), nil, true},
		{cut(speaks("u1", 6, "de")), nil, true},
		{snapshot(9), nil, true},
		{speaks("u1", 9, "de"), nil, false},
	} {
		r.given, r.fail = nil, func(events.PreferencesUpdated) error { return row.fail }
		if err := guarded(t.Context(), row.u); !errors.Is(err, row.fail) || (len(r.given) > 0) != row.given {
			t.Errorf("%d: given %v, %v", i, r.revisions(), err)
		}
	}
}

// Whatever is duplicated, reordered and fails on the way: what is handled only
// goes forward, and the last one is handled.
func TestGuardGoesForwardToTheLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		store := subscriber.NewMemory()
		queue := rapid.SliceOfN(rapid.Int64Range(1, 9), 1, 20).Draw(t, "revisions")
		last := slices.Max(queue)
		var handled int64
		guarded := subscriber.Guard(faultyMemory{store, t}, func(_ context.Context, u events.PreferencesUpdated) error {
			if u.Revision < handled {
				t.Errorf("%d after %d", u.Revision, handled)
			}
			if rapid.IntRange(0, 4).Draw(t, "fn") == 0 {
				return errors.New("no")
			}
			return nil
		})
		for n := 0; len(queue) > 0 && n < 300; n++ {
			if err := guarded(context.Background(), speaks("u1", queue[0], "de")); err != nil {
				queue = append(queue, queue[0])
			}
			stored, _ := store.Load(context.Background(), "u1")
			handled, queue = stored.Revision, queue[1:]
		}
		if len(queue) == 0 && handled != last {
			t.Errorf("handled up to %d, not %d", handled, last)
		}
	})
}

type faultyMemory struct {
	subscriber.Store
	t *rapid.T
}

func (f faultyMemory) Save(ctx context.Context, c subscriber.Copy, snapshot bool) (bool, error) {
	if rapid.IntRange(0, 4).Draw(f.t, "save") == 0 {
		return false, errors.New("no")
	}
	return f.Store.Save(ctx, c, snapshot)
}
