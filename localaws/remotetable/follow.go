package remotetable

import (
	"context"
	"time"

	"github.com/bot-preferences/bot-preferences/localaws"
	"github.com/bot-preferences/bot-preferences/localaws/realtime"
)

const (
	// idle is how long a read may wait that nothing asks for: somebody else may
	// write to the table too.
	idle = 200 * time.Millisecond

	// afterFailure is how long a read waits after one that failed.
	afterFailure = time.Second

	// maxWaiting is how many records may wait for their mapping. Beyond it
	// nothing is read.
	maxWaiting = 10_000
)

// Follow brings the stream's records to the driver's cloud until ctx ends. What
// cannot be read is told to failed and tried again.
func (t *Table) Follow(ctx context.Context, d *realtime.Driver, failed func(error)) {
	r := &reader{Table: t, shards: map[string]*shard{}}
	for ctx.Err() == nil {
		before := mark(d)
		records, err := r.read(ctx)
		d.Do(func(c *localaws.Cloud) {
			c.Arrived(t.name, records)
			if len(records) == 0 && err == nil && r.listed {
				c.CaughtUp(t.name, before)
			}
		})
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			failed(err)
			pause(ctx, d, afterFailure, func(*localaws.Cloud) bool { return false })
		case len(records) == 0:
			pause(ctx, d, idle, func(c *localaws.Cloud) bool { return c.Mark() != before })
		default:
			_ = d.Await(ctx, func(c *localaws.Cloud) bool { return c.Waiting(t.name) <= maxWaiting }) // else ctx has ended
		}
	}
}

func mark(d *realtime.Driver) (m uint64) {
	d.Do(func(c *localaws.Cloud) { m = c.Mark() })
	return m
}

// pause waits for the time to pass or the condition to hold.
func pause(ctx context.Context, d *realtime.Driver, limit time.Duration, condition func(*localaws.Cloud) bool) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_ = d.Await(ctx, condition) // its only error is that the time has passed
}
