package batch

import "github.com/bot-preferences/bot-preferences/events"

// results keeps what is known about every entry: nil where it was taken.
type results []*events.SendError

func newResults(n int) results {
	r := make(results, n)
	for i := range r {
		r[i] = &events.SendError{Outcome: events.NotSent, Err: errNeverOffered}
	}
	return r
}

// indexes are those of all entries.
func (r results) indexes() []int {
	all := make([]int, len(r))
	for i := range all {
		all[i] = i
	}
	return all
}

// record adds an answer. An entry that may have been taken stays Uncertain: a
// later failure says nothing about the earlier attempt.
func (r results) record(i int, a Answer) {
	before := r[i]
	switch {
	case a.Err == nil || before == nil || before.Outcome != events.Uncertain:
		r[i] = a.Err
	case a.Err.Outcome != events.NotSent: // it tells more than the earlier failure
		r[i] = &events.SendError{Outcome: events.Uncertain, Code: a.Err.Code, Err: a.Err.Err}
	}
}

func (r results) errors() []error {
	errs := make([]error, len(r))
	for i, err := range r {
		if err != nil {
			errs[i] = err // only then: a nil *SendError is not a nil error
		}
	}
	return errs
}
