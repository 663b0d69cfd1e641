package batch

import "github.com/bot-preferences/bot-preferences/events"

// A book keeps what is known of every entry.
type book struct{ known []*events.SendError }

func newBook(n int) *book {
	b := &book{known: make([]*events.SendError, n)}
	for i := range b.known {
		b.known[i] = &events.SendError{Outcome: events.NotSent, Err: errNeverOffered}
	}
	return b
}

func (b *book) all() []int {
	indexes := make([]int, len(b.known))
	for i := range indexes {
		indexes[i] = i
	}
	return indexes
}

// note records an answer. What may have been taken once can no longer be
// certain not to be: a later failure says nothing about the earlier attempt.
func (b *book) note(i int, a Answer) {
	before := b.known[i]
	switch {
	case a.Err == nil || before == nil || before.Outcome != events.Uncertain:
		b.known[i] = a.Err
	case a.Err.Outcome != events.NotSent: // it tells more than the earlier failure
		b.known[i] = &events.SendError{Outcome: events.Uncertain, Code: a.Err.Code, Err: a.Err.Err}
	}
}

func (b *book) errors() []error {
	errs := make([]error, len(b.known))
	for i, err := range b.known {
		if err != nil {
			errs[i] = err // only then: a nil *SendError is not a nil error
		}
	}
	return errs
}
