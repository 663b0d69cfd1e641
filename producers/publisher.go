package producers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// MaxSourceBytes is EventBridge's limit of a source.
const MaxSourceBytes = 256

// A Publisher publishes the changes of one source, which is a bot's name. Safe
// for concurrent use.
type Publisher struct {
	source  string
	route   Route
	stamps  *events.Clock
	now     func() time.Time
	retry   events.Retry // of PublishOne
	timeout time.Duration

	traceparent func(context.Context) string // nil: none
}

// An Option changes a Publisher at its construction.
type Option func(*Publisher)

// WithStampClock sets the clock that gives ids, to share it between several
// Publishers of a process. By default, and for nil, each Publisher has its own.
func WithStampClock(c *events.Clock) Option { return func(p *Publisher) { p.stamps = c } }

// WithClock replaces time.Now as the time that envelopes carry, for tests and
// simulations. Ids follow the clock of WithStampClock. nil means time.Now.
func WithClock(now func() time.Time) Option { return func(p *Publisher) { p.now = now } }

// WithTraceparent sets the function that tells which trace a call belongs to: a
// W3C traceparent, such as 00-<32 hex digits>-<16 hex digits>-01, or "" for none.
// Each change without a traceparent of its own gets it, as long as it fits into
// events.MaxChangeBytes with it. What is no traceparent is left out. A program
// with OpenTelemetry injects its context into a map and returns the entry
// "traceparent". nil means none, the default.
func WithTraceparent(traceparent func(context.Context) string) Option {
	return func(p *Publisher) { p.traceparent = traceparent }
}

// NewPublisher makes a Publisher. The source must have 1 to MaxSourceBytes
// bytes; what starts with "aws." belongs to AWS, and events.SourcePipeline to
// what the pipeline itself emits. The route must not be nil.
func NewPublisher(source string, route Route, options ...Option) (*Publisher, error) {
	switch {
	case source == "":
		return nil, errors.New("producers: a source is required")
	case len(source) > MaxSourceBytes:
		return nil, fmt.Errorf("producers: the source is %d bytes long, at most %d are allowed", len(source), MaxSourceBytes)
	case strings.HasPrefix(source, "aws."), source == events.SourcePipeline:
		return nil, fmt.Errorf("producers: the source %q is reserved", source)
	case route == nil:
		return nil, errors.New("producers: a route is required")
	}
	p := &Publisher{source: source, route: route}
	for _, o := range options {
		o(p)
	}
	p.fill()
	return p, nil
}

// Observe makes every id that is given from now on greater than asOf, the as_of
// of a profile that was read.
func (p *Publisher) Observe(asOf events.Stamp) { p.stamps.Observe(asOf) }

// Publish gives an id to every change that has none, validates all of them, and
// sends the valid ones, even where others are refused. It returns one Result
// per change, in order, and nil or all their errors joined, each with the index
// of its change. The arguments are not changed.
//
// It offers the changes once to the route, which retries for a moment by itself. A
// change whose error is events.Retryable is published again with the id from its
// Result. PublishOne does that for one change.
//
// It ends when the route does: soon after ctx is done, and by the route's own time-out
// where ctx has no deadline.
func (p *Publisher) Publish(ctx context.Context, changes ...events.PreferenceChange) ([]Result, error) {
	results := make([]Result, len(changes))
	var envelopes []events.Envelope
	var sent []int
	now, trace := p.now(), p.trace(ctx)
	for i, c := range changes {
		own := c.ID
		if own.IsZero() {
			c.ID = p.stamps.Next()
		}
		if err := validate(&c, trace); err != nil {
			results[i] = Result{ID: own, Err: err}
			continue
		}
		results[i].ID = c.ID
		envelopes = append(envelopes, events.ChangeEnvelope(p.source, &c, now))
		sent = append(sent, i)
	}
	for i, err := range send(ctx, p.route, envelopes) {
		results[sent[i]].Err = err
	}
	return results, join(results)
}

// trace is the one that a call belongs to, in the contract's form; empty: none.
func (p *Publisher) trace(ctx context.Context) string {
	if p.traceparent == nil {
		return ""
	}
	trace, _ := events.ParseTraceparent(p.traceparent(ctx))
	return trace
}

// validate checks a change that has its id, which counts toward the size. It adds
// the trace of the call where the change has none and stays valid: a trace must
// never be why a change is refused.
func validate(c *events.PreferenceChange, trace string) error {
	if c.Traceparent == "" && trace != "" {
		traced := *c
		traced.Traceparent = trace
		if traced.Validate() == nil {
			*c = traced
			return nil
		}
	}
	return c.Validate()
}

func join(results []Result) error {
	var errs []error
	for i, r := range results {
		if r.Err != nil {
			errs = append(errs, fmt.Errorf("change %d: %w", i, r.Err))
		}
	}
	return errors.Join(errs...)
}
