package lambda

import (
	"slices"
	"time"
)

// A lane is one of the parallel batches of a stream mapping. Its records go through it
// in order: the batch in flight, then retries, then waiting records.
type lane struct {
	flying  *batch
	retries []*batch // the first one comes first; bisecting leaves several
	waiting []*entry
}

// A batch is a run of a lane's records that are invoked together.
type batch struct {
	entries  []*entry
	attempts int       // invocations with these records
	retries  int       // of those, the ones that count against the maximum
	due      time.Time // not before
}

// due takes the batch that may start now out of the lane.
func (l *lane) due(now time.Time, cfg StreamMappingConfig) *batch {
	if l.flying != nil {
		return nil
	}
	if len(l.retries) > 0 {
		b := l.retries[0]
		if now.Before(b.due) {
			return nil
		}
		l.retries = l.retries[1:]
		return b
	}
	n, full := l.fitting(cfg)
	if n == 0 || !full && now.Before(l.closes(cfg)) {
		return nil
	}
	b := &batch{entries: l.waiting[:n:n]}
	l.waiting = l.waiting[n:]
	return b
}

// fitting is how many waiting records make the next batch, and whether it is
// as large as it can be.
func (l *lane) fitting(cfg StreamMappingConfig) (n int, full bool) {
	top := min(len(l.waiting), cfg.BatchSize)
	n, over := fitting(top, func(i int) int { return len(l.waiting[i].event) })
	return n, over || n >= cfg.BatchSize
}

func (l *lane) closes(cfg StreamMappingConfig) time.Time {
	return l.waiting[0].read.Add(cfg.Window)
}

func (l *lane) wake(cfg StreamMappingConfig) (time.Time, bool) {
	switch {
	case l.flying != nil:
		return time.Time{}, false
	case len(l.retries) > 0:
		return l.retries[0].due, true
	case len(l.waiting) > 0:
		return l.closes(cfg), true
	}
	return time.Time{}, false
}

// again puts batches before everything else in the lane.
func (l *lane) again(due time.Time, batches ...*batch) {
	for _, b := range batches {
		b.due = due
	}
	l.retries = slices.Concat(batches, l.retries)
}

func (l *lane) state() LaneState {
	s := LaneState{Buffered: len(l.waiting)}
	for _, b := range l.retries {
		s.Buffered += len(b.entries)
	}
	if len(l.retries) > 0 {
		s.Attempts, s.Retries, s.RetryAt = l.retries[0].attempts, l.retries[0].retries, l.retries[0].due
	}
	if l.flying != nil {
		s.InFlight, s.Attempts, s.Retries = len(l.flying.entries), l.flying.attempts, l.flying.retries
		s.RetryAt = time.Time{}
	}
	return s
}
