package sidebyside

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// A bench holds what a run needs.
type bench struct {
	cloud *cloud
	// call invokes a function and returns its answer.
	call func(ctx context.Context, function string, payload []byte) ([]byte, error)
	// busy returns the processor time of a function's process; 0 if it is not known.
	busy func(function string) time.Duration

	first time.Time // when the first change was made
	made  int       // number of changes so far
}

// next returns the stamp of the next change, one millisecond after the previous one.
// The functions use the machine's clock, and accept stamps from the recent past.
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

// maxDeliveries bounds how often a change is delivered. It is higher than a real
// queue's limit, so that a redrive policy does not remove what is to be measured.
const maxDeliveries = 20

// deliver sends changes to a design, in their order. It redelivers what the design
// reports as failed.
func (b *bench) deliver(ctx context.Context, d *design, changes []events.PreferenceChange) error {
	for chunk := range slices.Chunk(changes, d.most) {
		if err := b.invocation(ctx, d, chunk); err != nil {
			return err
		}
	}
	return nil
}

// invocation delivers at most one invocation's changes, until the design has taken all
// of them.
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
