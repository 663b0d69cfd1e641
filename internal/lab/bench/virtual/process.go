package virtual

import (
	"context"
	"iter"
	"time"
)

// A process is a piece of work that takes its time: it stands still while a request
// is on its way, and others go on meanwhile. One of them runs at a time, so that a run
// is the same each time.
type process struct {
	resume  func() (struct{}, bool)
	suspend func(struct{}) bool
	ends    time.Time       // when it is stopped at the latest; zero: never
	request context.Context // of the request that it made last
}

// Go begins work that takes its time, now. What it calls waits in the run's time, and
// not in this machine's. It returns when the work first waits. What still waits when a
// run ends at its limit is left there: such a run is an error, which ends a benchmark.
func (c *Cloud) Go(do func()) { c.begin(time.Time{}, do) }

func (c *Cloud) begin(ends time.Time, do func()) {
	p := &process{ends: ends, request: context.Background()}
	p.resume, _ = iter.Pull(func(suspend func(struct{}) bool) {
		p.suspend = suspend
		do()
	})
	c.proceed(p)
}

func (c *Cloud) proceed(p *process) {
	before := c.process
	c.process = p
	p.resume()
	c.process = before
}

// pass lets time pass in the process that runs. Its error says that the process, or
// the context, has come to its end before.
func (c *Cloud) pass(ctx context.Context, d time.Duration) error {
	p := c.process
	end := p.ends
	if deadline, ok := ctx.Deadline(); ok && (end.IsZero() || deadline.Add(-beyond).Before(end)) {
		end = deadline.Add(-beyond)
	}
	at := c.now.Add(d)
	late := !end.IsZero() && !at.Before(end)
	if late {
		at = end
	}
	if at.After(c.now) {
		c.agenda.add(at, func() { c.proceed(p) })
		p.suspend(struct{}{})
	}
	if late {
		return context.DeadlineExceeded
	}
	return nil
}

// beyond moves the deadlines of contexts out of the reach of this machine's clock,
// which they would otherwise be held against: pass holds them against the run's.
const beyond = 200 * 365 * 24 * time.Hour

// lease is the context of what has to be done by a time of the run.
func lease(end time.Time) (context.Context, context.CancelFunc) {
	return context.WithDeadline(context.Background(), end.Add(beyond))
}

// each calls do for 0 to n-1, so many at a time, as the handlers do, and waits for all
// of them. The next one is begun by whoever is done first.
func (c *Cloud) each(n, together int, do func(i int)) {
	parent, next, working, waiting := c.process, 0, min(n, together), false
	for range working {
		c.Go(func() {
			for next < n {
				next++
				do(next - 1)
			}
			if working--; working == 0 && waiting {
				c.agenda.add(c.now, func() { c.proceed(parent) })
			}
		})
	}
	if working > 0 {
		waiting = true
		parent.suspend(struct{}{})
	}
}
