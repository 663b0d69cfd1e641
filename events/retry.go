package events

import (
	"context"
	"time"
)

// A Retry says how often, and after which waits, an event that was not taken is
// offered again. The zero Retry is every default, and each field that is zero or
// negative is the default of what takes the Retry: Retry{Attempts: 3} changes the
// attempts alone.
//
// Before the n-th repetition it waits a random time between 0 and Base doubled n-1
// times, but at most Cap (full jitter). It does not wait past the deadline of the
// context: it ends then.
type Retry struct {
	// Attempts counts the first one too.
	Attempts int
	// Base and Cap bound the waits. One nanosecond is no wait.
	Base, Cap time.Duration
	// Sleep waits, or returns an error as soon as ctx is done. For tests and
	// simulations.
	Sleep func(ctx context.Context, d time.Duration) error
	// Random is uniform in [0,1), for tests and simulations. Only one goroutine of
	// a call uses it.
	Random func() float64
}

// Retryable tells whether sending the same change again, with the same id, can
// help. It decides for the errors of every producer and route:
//
//   - NotSent and Uncertain: true. The id makes it harmless where the change did
//     arrive.
//   - Rejected, a *Refusal, and an error that is neither: false. The change, or the
//     program, has to be mended.
//   - Joined errors: true where it is true for one of them. The others fail again
//     in the same way.
//   - nil: false.
func Retryable(err error) bool {
	switch e := err.(type) { //nolint:errorlint // it walks the tree itself: the cause in a SendError does not count
	case *SendError:
		return e != nil && (e.Outcome == NotSent || e.Outcome == Uncertain)
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			if Retryable(one) {
				return true
			}
		}
	case interface{ Unwrap() error }:
		return Retryable(e.Unwrap())
	}
	return false
}
