package latency

import (
	"context"
	"slices"
	"time"

	"golang.org/x/sync/semaphore"
)

// arrivals decides when changes are published. next waits until changes are due. It
// returns the time at which each of them was due; they go into one call. It returns
// none when the load is over. Only one goroutine may call next at a time.
type arrivals interface {
	next(context.Context) ([]time.Time, error)
}

// A schedule is an open load of n changes: one at each interval from start on, each in
// a call of its own.
type schedule struct {
	start    time.Time
	interval time.Duration
	n        int
	taken    int
}

// newSchedule returns a schedule of perSecond changes a second.
func newSchedule(start time.Time, perSecond float64, n int) *schedule {
	return &schedule{start: start, interval: time.Duration(float64(time.Second) / perSecond), n: n}
}

func (s *schedule) next(ctx context.Context) ([]time.Time, error) {
	if s.taken == s.n {
		return nil, nil
	}
	due := s.due(s.taken)
	s.taken++
	if wait := time.Until(due); wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return []time.Time{due}, nil
}

func (s *schedule) due(i int) time.Time { return s.start.Add(time.Duration(i) * s.interval) }

// A closed load is as fast as the pipeline. A new call starts when the number of
// changes under way leaves space for it, until the end time.
type closed struct {
	end      time.Time
	together int                 // changes in a call
	slots    *semaphore.Weighted // released once for each announced change
}

func (c *closed) next(ctx context.Context) ([]time.Time, error) {
	untilEnd, cancel := context.WithDeadline(ctx, c.end)
	defer cancel()
	if c.slots.Acquire(untilEnd, int64(c.together)) != nil {
		return nil, ctx.Err()
	}
	return slices.Repeat([]time.Time{time.Now()}, c.together), nil
}
