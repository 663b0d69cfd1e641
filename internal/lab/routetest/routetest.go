// Package routetest has a Route in memory and a Publisher with a fixed clock, for
// the tests of what publishes.
package routetest

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/producers"
)

// Start is the time of the tests that use this package.
var Start = time.UnixMilli(1700000000000).UTC()

// Now is a clock that stands at Start.
func Now() time.Time { return Start }

type ones struct{}

func (ones) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte{1}, len(p))), nil }

// At is a stamp of a millisecond. It is greater than every stamp that the
// clocks of NewPublisher issue in that millisecond.
func At(t time.Time) events.Stamp {
	s, err := events.DeriveStamp(t, "any")
	if err != nil {
		panic(err)
	}
	s[6] = 0xFF
	return s
}

// A Route keeps the events that it takes. It fails the n-th event of a call by
// Errs[n]. Took, where it is set, is called for each event that was taken.
type Route struct {
	mu    sync.Mutex
	taken []events.Envelope
	Errs  []error
	Took  func(events.Envelope)
}

var _ producers.Route = (*Route)(nil)

// Send implements producers.Route.
func (r *Route) Send(_ context.Context, envelopes []events.Envelope) []error {
	r.mu.Lock()
	defer r.mu.Unlock()
	errs := make([]error, len(envelopes))
	for i, e := range envelopes {
		if i < len(r.Errs) && r.Errs[i] != nil {
			errs[i] = r.Errs[i]
			continue
		}
		r.taken = append(r.taken, e)
		if r.Took != nil {
			r.Took(e)
		}
	}
	return errs
}

// Taken are the events that were taken, in order.
func (r *Route) Taken() []events.Envelope {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]events.Envelope(nil), r.taken...)
}

// Changes are the events that were taken, read as the consumer reads them.
func (r *Route) Changes(t *testing.T) []events.PreferenceChange {
	t.Helper()
	var changes []events.PreferenceChange
	for _, e := range r.Taken() {
		c, err := events.DecodeChange(e.AppendJSON(nil))
		if err != nil {
			t.Fatal(err)
		}
		changes = append(changes, c)
	}
	return changes
}

// NewClock is a clock of stamps that stands at Start.
func NewClock() *events.Clock { return events.NewClockOf(Now, ones{}) }

// NewPublisher is a Publisher whose clock stands at Start. It tries once, as that of
// the HTTP API does.
func NewPublisher(t *testing.T, route producers.Route) *producers.Publisher {
	t.Helper()
	once := producers.WithRetry(events.Retry{Attempts: 1})
	p, err := producers.NewPublisher("bot", route, producers.WithClock(Now), producers.WithStampClock(NewClock()), once)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// ErrSecret is a cause whose text must not reach a caller.
var ErrSecret = errors.New("table secret-name")

// SendError is a route's error with the cause ErrSecret.
func SendError(o events.Outcome, code string) error {
	return &events.SendError{Outcome: o, Code: code, Err: ErrSecret}
}
