package sidebyside

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/bot-preferences/bot-preferences/events"
)

// A delivery is one way in which changes of one user arrive. Afterwards every key must
// have its newest value.
type delivery struct {
	name string
	play func(ctx context.Context, b *bench, d *design, user string, keys int) error
}

func deliveries() []delivery {
	return []delivery{
		{"two invocations overlap", overlapping},
		{"each key twice, newest first", reversed},
		{"a batch again after a newer one", repeated},
	}
}

const (
	older = "older"
	newer = "newer"
)

func keyOf(i int) string { return fmt.Sprintf("key.%03d", i) }

// changes returns one change for each key, all later than the changes before.
func (b *bench) changes(user, value string, keys int) []events.PreferenceChange {
	all := make([]events.PreferenceChange, keys)
	for i := range all {
		all[i] = events.PreferenceChange{ID: b.next(), UserID: user, Preferences: events.Preferences{keyOf(i): events.JSON(`"` + value + `"`)}}
	}
	return all
}

// overlapping sends the changes to two invocations at a time, which reach the table in
// step. It then redelivers each failed change in an invocation of its own.
func overlapping(ctx context.Context, b *bench, d *design, user string, keys int) error {
	all := b.changes(user, newer, keys)
	each := min(d.most, (keys+1)/2)
	defer b.cloud.step.Store(nil)
	for pair := range slices.Chunk(all, 2*each) {
		if err := b.together(ctx, d, pair[:min(each, len(pair))], pair[min(each, len(pair)):]); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) together(ctx context.Context, d *design, parts ...[]events.PreferenceChange) error {
	s := newStep(len(parts))
	b.cloud.step.Store(s)
	errs := make([]error, len(parts))
	var under sync.WaitGroup
	for i, part := range parts {
		under.Go(func() {
			defer s.leave()
			errs[i] = b.deliver(ctx, d, part)
		})
	}
	under.Wait()
	return errors.Join(errs...)
}

// reversed delivers two changes of each key, the newer one first.
func reversed(ctx context.Context, b *bench, d *design, user string, keys int) error {
	all := append(b.changes(user, older, keys), b.changes(user, newer, keys)...)
	slices.Reverse(all)
	return b.deliver(ctx, d, all)
}

// repeated delivers changes, then newer changes of the same keys, then the first ones
// again.
func repeated(ctx context.Context, b *bench, d *design, user string, keys int) error {
	before, after := b.changes(user, older, keys), b.changes(user, newer, keys)
	for _, part := range [][]events.PreferenceChange{before, after, before} {
		if err := b.deliver(ctx, d, part); err != nil {
			return err
		}
	}
	return nil
}

// wrong counts, for each delivery, the keys that do not have their newest value.
func (b *bench) wrong(ctx context.Context, d *design, keys int) ([]int, error) {
	var counts []int
	for i, delivery := range deliveries() {
		user := fmt.Sprint("wrong:", i)
		if err := delivery.play(ctx, b, d, user, keys); err != nil {
			return nil, fmt.Errorf("%s, %s: %w", d.name, delivery.name, err)
		}
		stored, err := b.cloud.stored(ctx, d, user)
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", d.name, delivery.name, err)
		}
		n := 0
		for k := range keys {
			if stored[keyOf(k)] != newer {
				n++
			}
		}
		counts = append(counts, n)
	}
	return counts, nil
}
