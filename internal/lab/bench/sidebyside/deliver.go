package sidebyside

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// A bench has everything that a run needs.
type bench struct {
	cloud *cloud
	// call invokes a function and waits for its answer.
	call func(ctx context.Context, function string, payload []byte) ([]byte, error)
	// busy is how long processors have worked for a function's process; 0: not known.
	busy func(function string) time.Duration

	first time.Time // when the first change was made
	made  int       // changes so far
}

// next is the stamp of one more change: a millisecond after the one before. The
// functions have the machine's clock, and take what lies some time back.
func (b *bench) next() events.Stamp {
	b.made++
	return stampAt(b.first.Add(time.Duration(b.made) * time.Millisecond))
}

func stampAt(at time.Time) events.Stamp {
	s, err := events.DeriveStamp(at, strconv.FormatInt(at.UnixNano(), 10))
	if err != nil {
		panic(err) // before 1970, or after the year 10889
	}
	return s
}

// maxDeliveries bounds how often a change is delivered: more than a queue would,
// for what is measured is not to be lost to a redrive policy.
const maxDeliveries = 20

// deliver gives changes to a design, in their order, and again what it reports as
// failed.
func (b *bench) deliver(ctx context.Context, d *design, changes []events.PreferenceChange) error {
	for chunk := range slices.Chunk(changes, d.most) {
		if err := b.invocation(ctx, d, chunk); err != nil {
			return err
		}
	}
	return nil
}

// invocation delivers what is at most one invocation's, until all of it is taken.
func (b *bench) invocation(ctx context.Context, d *design, changes []events.PreferenceChange) error {
	for range maxDeliveries {
		payload, err := d.payload(changes)
		if err != nil {
			return err
		}
		answer, err := b.call(ctx, d.function, payload)
		if err != nil {
			return err
		}
		if changes, err = d.failed(answer, changes); err != nil || len(changes) == 0 {
			return err
		}
	}
	return fmt.Errorf("%d changes failed %d times", len(changes), maxDeliveries)
}
