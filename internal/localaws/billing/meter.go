package billing

import (
	"errors"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// perRequest is how many messages one request receives or deletes, at most.
const perRequest = 10

// A Meter keeps the bill of a cloud. Facts come one at a time; it is not safe for
// concurrent use.
type Meter struct {
	bill      Bill
	functions map[string]stack.Function // by their name
	queued    map[string]bool           // functions that a queue's mapping invokes
}

// NewMeter makes the meter of a cloud that has these stacks in it.
func NewMeter(stacks ...*stack.Stack) *Meter {
	m := &Meter{functions: map[string]stack.Function{}, queued: map[string]bool{}}
	for _, s := range stacks {
		for _, f := range s.Functions {
			m.functions[f.Name] = f
		}
		for _, q := range s.QueueMappings {
			m.queued[q.Function] = true
		}
	}
	return m
}

// Bill is what there is to pay so far.
func (m *Meter) Bill() Bill { return m.bill }

// Observe takes a fact; see world.World.
func (m *Meter) Observe(fact world.Fact) {
	switch f := fact.(type) {
	case eventbridge.Put:
		m.bill.Events += Chunks(size(&f.Event))
	case eventbridge.Replayed:
		m.bill.Events += Chunks(size(&f.Event))
	case eventbridge.Archived:
		m.bill.ArchivedBytes += int64(f.Bytes)
	case eventbridge.Delivered:
		m.delivered(&f.Delivery)
	case eventbridge.Failed:
		m.attempted(&f.Delivery)
	case eventbridge.DeadLettered:
		m.bill.QueueRequests += Chunks(len(f.Delivery.Body))
	case sqs.Requested:
		m.bill.QueueRequests += Chunks(f.Bytes)
	case lambda.Started:
		m.started(&f)
	case lambda.Finished:
		m.finished(&f)
	case lambda.Filtered:
		if m.queued[f.Function] {
			m.bill.QueueRequests += 2 * requests(len(f.Items)) // received, and deleted
		}
	case lambda.Discarded:
		if f.Message != "" {
			m.bill.QueueRequests++
		}
	case apigateway.Answered:
		m.bill.APIRequests += int64(max((f.Bytes+apiChunk-1)/apiChunk, 1))
		m.invoked(f.Function, f.Duration)
	case dynamodb.Request:
		m.bill.WriteUnits += f.WriteUnits
		m.bill.ReadUnits += f.ReadUnits
	}
}

// size is that of an event on a bus, in bytes: its time counts 14. Source: Amazon
// EventBridge User Guide, "Calculating PutEvents event entry size".
func size(e *eventbridge.Event) int {
	n := 14 + len(e.Source) + len(e.DetailType) + len(e.Detail)
	for _, r := range e.Resources {
		n += len(r)
	}
	return n
}

func (m *Meter) delivered(d *eventbridge.Delivery) {
	if !isDestination(d.Target.ARN) {
		m.bill.QueueRequests += Chunks(len(d.Body))
	}
	m.attempted(d)
}

// attempted: a call of an API destination is billed whatever becomes of it; a send
// that a queue refused is not.
func (m *Meter) attempted(d *eventbridge.Delivery) {
	if isDestination(d.Target.ARN) {
		m.bill.Destinations += Chunks(len(d.Body))
	}
}

func isDestination(arn string) bool { return strings.Contains(arn, ":api-destination/") }

// started: Lambda receives ten messages at most in a request, and is taken to receive
// that many: where they trickle in, it needs more requests. The payload is somewhat
// larger than the messages, so that their chunks of 64 KB are an upper bound.
func (m *Meter) started(f *lambda.Started) {
	if n := len(f.Invocation.Items); m.queued[f.Invocation.Function] {
		each := len(f.Invocation.Payload) * min(n, perRequest) / n
		m.bill.QueueRequests += requests(n) * Chunks(each)
	}
}

// finished: it deletes the same way what is done. A function that was refused for
// want of concurrency never ran.
func (m *Meter) finished(f *lambda.Finished) {
	name := f.Invocation.Function
	if !errors.Is(f.Result.Err, lambda.ErrThrottled) {
		m.invoked(name, f.Duration)
	}
	if m.queued[name] {
		m.bill.QueueRequests += requests(len(f.Invocation.Items) - len(f.Failures))
	}
}

// invoked: Lambda logs an invocation, too.
func (m *Meter) invoked(function string, took time.Duration) {
	f := m.functions[function]
	m.bill.Invoked(took, f.MemoryMB)
	m.bill.LoggedBytes += PlatformLog(f.LogFormat)
}

// Logged takes a line that a function wrote, without its line end; it is no Fact, for
// a function's process writes when it likes.
func (m *Meter) Logged(line string) { m.bill.LoggedBytes += int64(len(line)) }

// requests are those that so many messages take.
func requests(messages int) int64 { return int64((messages + perRequest - 1) / perRequest) }
