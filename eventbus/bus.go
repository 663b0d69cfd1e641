package eventbus

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/batch"
	"github.com/bot-preferences/bot-preferences/internal/tracing"
)

// Limits of one PutEvents request.
const (
	// MaxEntries is how many entries it takes.
	MaxEntries = 10
	// MaxBytes is what its entries may count together. EventBridge says "less
	// than 1 MB"; this is the smaller meaning of MB.
	MaxBytes = 1_000_000 - 1
)

// A Client is the part of *eventbridge.Client that a Bus uses.
type Client interface {
	PutEvents(ctx context.Context, in *eventbridge.PutEventsInput, options ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error)
}

var _ Client = (*eventbridge.Client)(nil)

// DefaultRequestTimeout is how long a Send whose context has no deadline waits for an
// answer: see WithRequestTimeout.
const DefaultRequestTimeout = 10 * time.Second

// A Retry says how often and when failed entries are offered again. Its zero fields
// are the defaults of WithRetry.
type Retry = events.Retry

// An Option changes a Bus at its construction.
type Option func(*Bus)

// WithRetry changes the retrying: by default 5 attempts, with waits of at most 0.1,
// 0.2, 0.4 and 0.8 s before the next one (Base 100 ms, Cap 1 s).
func WithRetry(r Retry) Option { return func(b *Bus) { b.sender.Retry = batch.WithDefaults(r) } }

// WithRequestTimeout changes how long a Send whose context has no deadline waits for the
// answer to one request. The first request that is not answered within that time is
// Uncertain, and the last: what was to come after it is NotSent. A context with a
// deadline takes its place. What is not positive means DefaultRequestTimeout.
func WithRequestTimeout(d time.Duration) Option {
	return func(b *Bus) {
		if d <= 0 {
			d = DefaultRequestTimeout
		}
		b.sender.Timeout = d
	}
}

// A Bus is one event bus. Safe for concurrent use.
type Bus struct {
	client Client
	name   string
	sender batch.Sender[events.Envelope]
}

// New is a bus by its name or ARN. With an empty name nothing is sent, and Send says
// so.
func New(client Client, name string, options ...Option) *Bus {
	b := &Bus{client: client, name: name}
	b.sender = batch.Sender[events.Envelope]{
		Limits:  batch.Limits{Entries: MaxEntries, Bytes: MaxBytes},
		Retry:   batch.WithDefaults(Retry{}),
		Timeout: DefaultRequestTimeout,
		Size:    size,
		Call:    b.put,
	}
	for _, o := range options {
		o(b)
	}
	return b
}

// Send puts events on the bus and returns one error per event, in order: nil
// where the bus took it, else an *events.SendError. An envelope's ID does not
// travel: the bus gives each event one of its own. Time travels where it is set, and
// Traceparent does as the entry's X-Ray trace header.
func (b *Bus) Send(ctx context.Context, envelopes []events.Envelope) []error {
	return b.sender.Send(ctx, envelopes)
}

// size is the documented size of an entry ("Calculating PutEvents event entry
// size"): 14 bytes for a time, and the UTF-8 of source, detail-type and detail. A
// trace header does not count.
func size(e events.Envelope) int {
	n := len(e.Source) + len(e.DetailType) + len(e.Detail)
	if !e.Time.IsZero() {
		n += 14
	}
	return n
}

func (b *Bus) put(ctx context.Context, envelopes []events.Envelope) []batch.Answer {
	if b.name == "" { // the bus called default is not what somebody meant who set no name
		err := &events.SendError{Outcome: events.NotSent, Persistent: true, Err: errors.New("eventbus: New was given no bus")}
		return batch.All(len(envelopes), batch.Answer{Err: err})
	}
	in := &eventbridge.PutEventsInput{Entries: make([]types.PutEventsRequestEntry, len(envelopes))}
	for i := range envelopes {
		in.Entries[i] = b.entry(&envelopes[i])
	}
	out, err := b.client.PutEvents(ctx, in, once)
	if err != nil {
		return batch.All(len(envelopes), batch.Failure(err))
	}
	return answers(len(envelopes), out)
}

func (b *Bus) entry(e *events.Envelope) types.PutEventsRequestEntry {
	entry := types.PutEventsRequestEntry{
		EventBusName: aws.String(b.name),
		Source:       aws.String(e.Source),
		DetailType:   aws.String(e.DetailType),
		Detail:       aws.String(string(e.Detail)),
	}
	if !e.Time.IsZero() {
		entry.Time = aws.Time(e.Time)
	}
	if header := tracing.XRay(e.Traceparent); header != "" {
		entry.TraceHeader = aws.String(header)
	}
	return entry
}

// once switches the client's own retries off: see package batch.
func once(o *eventbridge.Options) { o.Retryer = aws.NopRetryer{} }
