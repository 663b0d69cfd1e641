package remotetable

import (
	"context"
	"errors"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/realtime"
)

const (
	// idle is how long to wait between reads that nothing asks for: other programs may
	// write to the table too.
	idle = 200 * time.Millisecond

	// afterFailure is how long to wait after a failed read.
	afterFailure = time.Second

	// maxWaiting is how many records may wait for their mapping. Beyond it nothing is
	// read.
	maxWaiting = 10_000
)

// Follow brings the stream's records to the driver's cloud until ctx ends. It retries a
// failed read. It calls report with the first error of a row of failed reads, and again
// with a *Lost if the table turns out to be gone. It calls report with nil when reading
// works again.
func (t *Table) Follow(ctx context.Context, d *realtime.Driver, report func(error)) {
	r, news := &reader{Table: t, shards: map[string]*shard{}}, &news{report: report}
	for ctx.Err() == nil {
		before := mark(d)
		records, err := r.read(ctx)
		d.Do(func(c *localaws.Cloud) {
			c.Arrived(t.name, records)
			if len(records) == 0 && err == nil && r.listed {
				c.CaughtUp(t.name, before)
			}
		})
		if err != nil && !news.lost || r.ended() {
			err = t.lost(ctx, err)
		}
		if ctx.Err() != nil {
			return // the driver has ended, or ends because of that
		}
		news.update(explain(ctx, err))
		switch {
		case err != nil:
			pause(ctx, d, afterFailure, func(*localaws.Cloud) bool { return false })
		case len(records) == 0:
			pause(ctx, d, idle, func(c *localaws.Cloud) bool { return c.Mark() != before })
		default:
			_ = d.Await(ctx, func(c *localaws.Cloud) bool { return c.Waiting(t.name) <= maxWaiting }) // else ctx has ended
		}
	}
}

// news reports each state once.
type news struct {
	report        func(error)
	failing, lost bool // failing: the latest read failed; lost: the table is gone
}

func (n *news) update(err error) {
	var lost *Lost
	gone := errors.As(err, &lost)
	if n.failing != (err != nil) || gone && !n.lost {
		n.report(err)
	}
	n.failing, n.lost = err != nil, err != nil && (n.lost || gone)
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
