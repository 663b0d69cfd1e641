package virtual

import (
	"context"
	"iter"
	"time"
)

// A process is work that takes virtual time. It is suspended while one of its requests
// is on its way, and other processes proceed. Only one process runs at a time, so a run
// is always the same.
type process struct {
	resume  func() (struct{}, bool)
	suspend func(struct{}) bool
	ends    time.Time       // the latest time at which it is stopped; zero: never
	request context.Context // the context of its last request
}

// Go starts a process now and returns when the process first waits. The process waits
// in virtual time only. If the run ends at its limit, waiting processes are abandoned.
// Such a run returns an error, which ends a benchmark.
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

// pass lets virtual time pass in the running process. It returns an error if the
// process or the context ends first.
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

// beyond moves the deadlines of contexts so far away that this machine's clock never
// reaches them. pass compares them with virtual time.
const beyond = 200 * 365 * 24 * time.Hour

// never is a timeout by this machine's clock that is later than all of virtual time.
const never = beyond + 50*365*24*time.Hour

// lease returns a context whose deadline is a virtual time.
func lease(end time.Time) (context.Context, context.CancelFunc) {
	return context.WithDeadline(context.Background(), end.Add(beyond))
}

// each calls do for 0 to n-1, a number of calls at a time, as the handlers do, and
// waits for all of them. A process that has finished one call takes the next.
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
