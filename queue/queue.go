package queue

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/batch"
	"github.com/bot-preferences/bot-preferences/internal/sqsbody"
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

// A Retry says how often and when failed messages are offered again.
type Retry = batch.Retry

// An Option changes a Queue at its construction.
type Option func(*Queue)

// WithRetry replaces the retrying: by default 5 attempts within 1.5 s of
// waiting.
func WithRetry(r Retry) Option { return func(q *Queue) { q.sender.Retry = r } }

// WithClock replaces time.Now as the clock that dates envelopes without a time.
func WithClock(now func() time.Time) Option { return func(q *Queue) { q.now = now } }

// A Queue is the change queue. Safe for concurrent use.
type Queue struct {
	client Client
	url    string
	now    func() time.Time
	sender batch.Sender[string] // of bodies
}

// New is a standard queue by its URL.
func New(client Client, url string, options ...Option) *Queue {
	q := &Queue{client: client, url: url, now: time.Now}
	q.sender = batch.Sender[string]{
		Limits: batch.Limits{Entries: MaxEntries, Bytes: MaxBytes},
		Retry:  batch.DefaultRetry(),
		Size:   func(body string) int { return len(body) },
		Call:   q.put,
	}
	for _, o := range options {
		o(q)
	}
	return q
}

// Send sends events and returns one error per event, in order: nil where the
// queue took it, else an *events.SendError. The body is the envelope as
// EventBridge would deliver it, so its ID must be set; a zero Time becomes now,
// as the bus would have it.
//
// An envelope over MaxBytes, or with one of the few characters that JSON allows
// and SQS does not (U+FFFE and U+FFFF), is Rejected and does not hold up the
// others.
func (q *Queue) Send(ctx context.Context, envelopes []events.Envelope) []error {
	now := q.now()
	bodies := make([]string, len(envelopes))
	for i, e := range envelopes {
		if e.Time.IsZero() {
			e.Time = now
		}
		bodies[i] = string(e.AppendJSON(nil))
	}
	return q.sender.Send(ctx, bodies)
}

// SendBody sends one body as it is, for a dead letter that is processed again.
// The error is that of Send.
func (q *Queue) SendBody(ctx context.Context, body string) error {
	return q.sender.Send(ctx, []string{body})[0]
}
