package lambda

import (
	"errors"
	"slices"
	"time"
)

// Lambda increases the delay between retries of the same records, and does not publish
// how. Here the delay starts at one second and doubles up to a minute.
const (
	firstBackoff = time.Second
	lastBackoff  = time.Minute
)

func backoff(attempts int) time.Duration {
	d := firstBackoff
	for range attempts - 1 {
		d = min(2*d, lastBackoff)
		if d == lastBackoff {
			break
		}
	}
	return d
}

// Finish implements Mapping. Records before the lowest failed one are done. The others
// are retried, split or discarded.
func (m *StreamMapping) Finish(inv *Invocation, r Result) {
	f, ok := m.flights.land(inv)
	if !ok {
		return
	}
	l := f.load
	b := l.flying
	l.flying = nil
	from, reason := m.failedFrom(b, r)
	m.w.Tell(Finished{
		Mapping: m.cfg.ID, Invocation: f.invocation, Result: r,
		Duration: m.w.Now().Sub(f.started), Failures: sequenceNumbers(b.entries[from:]), Reason: reason,
	})
	m.pass(b.entries[:from])
	if from == len(b.entries) {
		return
	}
	if errors.Is(r.Err, ErrThrottled) {
		l.again(m.retryAt(b), b)
		return
	}
	m.retry(l, b, from, r)
}

// failedFrom returns the index of the first record that is not done, and why.
func (m *StreamMapping) failedFrom(b *batch, r Result) (int, string) {
	if r.Err != nil {
		return 0, r.Err.Error()
	}
	if !m.cfg.ReportBatchItemFailures {
		return len(b.entries), ""
	}
	numbers := sequenceNumbers(b.entries)
	ids, err := failures(r.Payload, set(numbers))
	if err != nil {
		return 0, err.Error()
	}
	if len(ids) == 0 {
		return len(b.entries), ""
	}
	failed := set(ids)
	return slices.IndexFunc(numbers, func(n string) bool { return failed[n] }), "reported by the function"
}

// retry decides about the records of b from an index on. If the function succeeded with
// some, the others form a new batch that was tried once.
func (m *StreamMapping) retry(l *lane, b *batch, from int, r Result) {
	if from > 0 {
		b = &batch{entries: b.entries[from:], attempts: 1}
	}
	due := m.retryAt(b)
	switch {
	case m.cfg.BisectBatchOnFunctionError && from > 0:
		l.again(due, b) // Lambda splits at the reported record
	case m.cfg.BisectBatchOnFunctionError && len(b.entries) > 1:
		l.again(due, b.halves()...)
	case m.cfg.MaximumRetryAttempts >= 0 && b.retries >= m.cfg.MaximumRetryAttempts:
		m.discard(b, b.entries, conditionRetries, &r)
	default:
		b.retries++
		l.again(due, b)
	}
}

func (m *StreamMapping) retryAt(b *batch) time.Time { return m.w.Now().Add(backoff(b.attempts)) }

// halves splits b; both keep its counts, for splitting consumes no retries.
func (b *batch) halves() []*batch {
	middle := len(b.entries) / 2
	return []*batch{
		{entries: b.entries[:middle:middle], attempts: b.attempts, retries: b.retries},
		{entries: b.entries[middle:], attempts: b.attempts, retries: b.retries},
	}
}

// expire discards the records of b that are too old to be tried. It reports
// whether there were any.
func (m *StreamMapping) expire(b *batch) bool {
	oldest := m.w.Now().Add(-m.cfg.MaximumRecordAge)
	n := slices.IndexFunc(b.entries, func(e *entry) bool { return !e.record.Created.Before(oldest) })
	if n < 0 {
		n = len(b.entries)
	}
	if n == 0 {
		return false
	}
	m.discard(b, b.entries[:n], conditionAge, nil)
	b.entries = b.entries[n:]
	return true
}

func sequenceNumbers(entries []*entry) []string {
	var all []string
	for _, e := range entries {
		all = append(all, e.record.SequenceNumber)
	}
	return all
}
