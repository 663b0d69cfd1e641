package producers

import (
	"context"
	"fmt"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Route carries events into the pipeline.
//
// Send offers all of them and returns exactly one error per event, in the same
// order: nil where it was taken, else an *events.SendError. Its outcome holds
// after all retries that the route makes by itself. Events do not affect each
// other: one that is refused must not keep the rest from being taken. Send may
// take them in any order and more than once. It returns soon after ctx is done;
// what it had not offered by then is NotSent. Where ctx has no deadline it must
// still not wait for ever for an answer. It must be safe for concurrent use and must
// not keep or change the envelopes.
type Route interface {
	Send(ctx context.Context, envelopes []events.Envelope) []error
}

// send offers events to a route and holds it to an error for each.
func send(ctx context.Context, route Route, envelopes []events.Envelope) []error {
	if len(envelopes) == 0 {
		return nil
	}
	errs := route.Send(ctx, envelopes)
	if len(errs) == len(envelopes) {
		return errs
	}
	return repeat(len(envelopes), &events.SendError{
		Outcome: events.Uncertain,
		Err:     fmt.Errorf("the route answered for %d of %d events", len(errs), len(envelopes)),
	})
}

func repeat(n int, err error) []error {
	errs := make([]error, n)
	for i := range errs {
		errs[i] = err
	}
	return errs
}

// A Result is what became of one change.
type Result struct {
	// ID is the change's: its own, or the one that it was given. Zero where a
	// change without one was refused.
	ID events.Stamp
	// Err is nil where the change was accepted; an *events.Refusal where it
	// breaks a rule and was not offered; else an *events.SendError.
	Err error
}
