package producers

import (
	"cmp"
	"context"
	"errors"
	"math"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/pause"
)

// DefaultTimeout is how long PublishOne tries where its context has no deadline: see
// WithTimeout.
const DefaultTimeout = 10 * time.Second

// WithTimeout changes how long PublishOne tries where its context has no deadline. A
// context with a deadline takes its place. What is not positive means DefaultTimeout.
func WithTimeout(d time.Duration) Option { return func(p *Publisher) { p.timeout = d } }

// WithRetry changes how PublishOne tries again: by default as often as its time allows,
// with waits of at most 250 ms, 500 ms, 1 s, and then 2 s before the next attempt. Each
// attempt has the route's own retries in it.
func WithRetry(r events.Retry) Option { return func(p *Publisher) { p.retry = r } }

// fill gives every option that says nothing its default.
func (p *Publisher) fill() {
	if p.stamps == nil {
		p.stamps = events.NewClock()
	}
	if p.now == nil {
		p.now = time.Now
	}
	p.timeout = cmp.Or(max(p.timeout, 0), DefaultTimeout)
	p.retry = pause.Filled(p.retry, events.Retry{Attempts: math.MaxInt, Base: 250 * time.Millisecond, Cap: 2 * time.Second})
}

// PublishOne publishes one change, and tries again until it is accepted, until another
// try cannot help, or until ctx ends. Where ctx has no deadline it ends after
// DefaultTimeout. Every try has the same id, the change's own or the one that it is
// given here, so the change counts once, however often it arrives.
//
// It returns that id in any case, but for a change without an id that is refused: then
// the id is zero. The error is what is known of the change:
//
//   - nil: accepted. It is delivered at least once.
//   - events.Retryable: not accepted in time, or uncertain. To try again later, also
//     after a restart or in another process, set the change's ID to the returned one
//     and publish it as it is. Under a new id it would be another, later change. What
//     is Persistent (a permission, the bus's name) is returned at once.
//   - an *events.Refusal, or the outcome Rejected: it will never be accepted as it is.
func (p *Publisher) PublishOne(ctx context.Context, c events.PreferenceChange) (events.Stamp, error) {
	if _, ends := ctx.Deadline(); !ends {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.timeout)
		defer cancel()
	}
	own, now := c.ID, p.now()
	if own.IsZero() {
		c.ID = p.stamps.Next()
	}
	if err := validate(&c, p.trace(ctx)); err != nil {
		return own, err
	}
	return c.ID, p.insist(ctx, []events.Envelope{events.ChangeEnvelope(p.source, &c, now)})
}

// insist offers one event until it is taken, another try cannot help, or ctx ends.
func (p *Publisher) insist(ctx context.Context, one []events.Envelope) error {
	var known error
	for n := 1; ; n++ {
		err := send(ctx, p.route, one)[0]
		if err == nil {
			return nil
		}
		known = latest(known, err)
		if !passing(err) || n >= p.retry.Attempts || !pause.Before(ctx, &p.retry, n) {
			return known
		}
	}
}

// passing tells whether another try in a moment may help.
func passing(err error) bool {
	var failure *events.SendError
	return events.Retryable(err) && !(errors.As(err, &failure) && failure.Persistent)
}

// latest is what is known after another attempt. What may have been taken stays
// Uncertain: a later failure says nothing about the earlier attempt.
func latest(known, err error) error {
	var before, now *events.SendError
	switch {
	case !errors.As(known, &before) || before.Outcome != events.Uncertain || !errors.As(err, &now):
		return err
	case now.Outcome == events.NotSent:
		return known
	}
	return &events.SendError{Outcome: events.Uncertain, Code: now.Code, Err: now.Err}
}
