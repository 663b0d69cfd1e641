package queue

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/batch"
	"github.com/bot-preferences/bot-preferences/internal/sqsbody"
	"github.com/bot-preferences/bot-preferences/internal/tracing"
)

// Limits of one SendMessageBatch request.
const (
	// MaxEntries is how many messages it takes.
	MaxEntries = 10
	// MaxBytes is the limit of one message and of one request, attributes
	// included: 1 MiB.
	MaxBytes = sqsbody.MaxBytes
)

// A Client is the part of *sqs.Client that a Queue uses.
type Client interface {
	SendMessageBatch(ctx context.Context, in *sqs.SendMessageBatchInput, options ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error)
}

var _ Client = (*sqs.Client)(nil)

// DefaultRequestTimeout is how long a Send whose context has no deadline waits for an
// answer: see WithRequestTimeout.
const DefaultRequestTimeout = 10 * time.Second

// A Retry says how often and when failed messages are offered again. Its zero fields
// are the defaults of WithRetry.
type Retry = events.Retry

// An Option changes a Queue at its construction.
type Option func(*Queue)

// WithRetry changes the retrying: by default 5 attempts, with waits of at most 0.1,
// 0.2, 0.4 and 0.8 s before the next one (Base 100 ms, Cap 1 s).
func WithRetry(r Retry) Option { return func(q *Queue) { q.sender.Retry = batch.WithDefaults(r) } }

// WithRequestTimeout changes how long a Send whose context has no deadline waits for the
// answer to one request. The first request that is not answered within that time is
// Uncertain, and the last: what was to come after it is NotSent. A context with a
// deadline takes its place. What is not positive means DefaultRequestTimeout.
func WithRequestTimeout(d time.Duration) Option {
	return func(q *Queue) {
		if d <= 0 {
			d = DefaultRequestTimeout
		}
		q.sender.Timeout = d
	}
}

// WithClock replaces time.Now as the clock that dates envelopes without a time. nil
// means time.Now.
func WithClock(now func() time.Time) Option {
	return func(q *Queue) {
		if now == nil {
			now = time.Now
		}
		q.now = now
	}
}

// A Queue is the change queue. Safe for concurrent use.
type Queue struct {
	client Client
	url    string
	now    func() time.Time
	sender batch.Sender[message]
}

// A message is what travels of an envelope.
type message struct {
	body     string
	trace    string // an X-Ray trace header; empty: none
	redriven bool   // it has the attribute sqsbody.Redriven
}

// redrivenBytes is what that attribute counts toward MaxBytes: its name, type and value.
const redrivenBytes = len(sqsbody.Redriven + stringType + yes)

const stringType, yes = "String", "true"

// size is what a message counts toward MaxBytes. System attributes do not count.
func (m message) size() int {
	if m.redriven {
		return len(m.body) + redrivenBytes
	}
	return len(m.body)
}

// New is a standard queue by its URL. With an empty URL nothing is sent, and Send says
// so.
func New(client Client, url string, options ...Option) *Queue {
	q := &Queue{client: client, url: url, now: time.Now}
	q.sender = batch.Sender[message]{
		Limits:  batch.Limits{Entries: MaxEntries, Bytes: MaxBytes},
		Retry:   batch.WithDefaults(Retry{}),
		Timeout: DefaultRequestTimeout,
		Size:    message.size,
		Call:    q.put,
	}
	for _, o := range options {
		o(q)
	}
	return q
}

// Send sends events and returns one error per event, in order: nil where the
// queue took it, else an *events.SendError. The body is the envelope as
// EventBridge would deliver it, so its ID must be set; a zero Time becomes now,
// as the bus would have it. Traceparent travels beside the body as the system
// attribute AWSTraceHeader.
//
// An envelope over MaxBytes, or with one of the few characters that JSON allows
// and SQS does not (U+FFFE and U+FFFF), is Rejected and does not hold up the
// others.
func (q *Queue) Send(ctx context.Context, envelopes []events.Envelope) []error {
	now := q.now()
	messages := make([]message, len(envelopes))
	for i, e := range envelopes {
		if e.Time.IsZero() {
			e.Time = now
		}
		messages[i] = message{body: string(e.AppendJSON(nil)), trace: tracing.XRay(e.Traceparent)}
	}
	return q.sender.Send(ctx, messages)
}

// SendBody sends one body as it is, for a dead letter that is processed again. The
// message attribute REDRIVEN tells apply that its change is late for that reason. A
// traceparent within the body stays, but no trace header goes beside it: the trace is
// over. The error is that of Send.
func (q *Queue) SendBody(ctx context.Context, body string) error {
	return q.sender.Send(ctx, []message{{body: body, redriven: true}})[0]
}
