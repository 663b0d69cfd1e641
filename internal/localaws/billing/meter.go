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

// A Meter keeps the bill of a cloud. It must receive facts one at a time, and is not
// safe for concurrent use.
type Meter struct {
	bill      Bill
	functions map[string]stack.Function // by their name
	queued    map[string]bool           // functions that a queue's mapping invokes
}

// NewMeter returns the meter of a cloud with these stacks.
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

// Bill returns the bill so far.
func (m *Meter) Bill() Bill { return m.bill }

// Observe receives a fact; see world.World.
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
	case lambda.GivenUp:
		if f.Message != "" {
			m.bill.QueueRequests += Chunks(len(f.Message))
		}
	case apigateway.Answered:
		m.bill.APIRequests += int64(max((f.Bytes+apiChunk-1)/apiChunk, 1))
		m.invoked(f.Function, f.Duration)
	case dynamodb.Request:
		m.bill.WriteUnits += f.WriteUnits
		m.bill.ReadUnits += f.ReadUnits
	}
}

// size returns the size of an event on a bus, in bytes. Its time counts as 14. Source:
// Amazon EventBridge User Guide, "Calculating PutEvents event entry size".
func size(e *eventbridge.Event) int {
	n := 14 + len(e.Source) + len(e.DetailType) + len(e.Detail)
	for _, r := range e.Resources {
		n += len(r)
	}
	return n
}

func (m *Meter) delivered(d *eventbridge.Delivery) {
	if isQueue(d.Target.ARN) {
		m.bill.QueueRequests += Chunks(len(d.Body))
	}
	m.attempted(d)
}

// attempted counts a call of an API destination, which is billed whatever its outcome.
// A send that a queue refused is not billed.
func (m *Meter) attempted(d *eventbridge.Delivery) {
	if isDestination(d.Target.ARN) {
		m.bill.Destinations += Chunks(len(d.Body))
	}
}

func isDestination(arn string) bool { return strings.Contains(arn, ":api-destination/") }

func isQueue(arn string) bool { return strings.HasPrefix(arn, "arn:aws:sqs:") }

// started counts Lambda's receives. It assumes that each receives ten messages, the
// most there can be. If messages trickle in, Lambda needs more requests. The payload is
// a little larger than the messages, so their chunks of 64 KB are an upper bound.
func (m *Meter) started(f *lambda.Started) {
	if n := len(f.Invocation.Items); m.fromQueue(f.Invocation) {
		each := len(f.Invocation.Payload) * min(n, perRequest) / n
		m.bill.QueueRequests += requests(n) * Chunks(each)
	}
}

// fromQueue tells whether a mapping of a queue made an invocation. An asynchronous
// invocation belongs to no mapping.
func (m *Meter) fromQueue(inv *lambda.Invocation) bool {
	return inv.Mapping != "" && m.queued[inv.Function]
}

// finished counts the deletes, with the same assumption. A function that was throttled
// never ran.
func (m *Meter) finished(f *lambda.Finished) {
	name := f.Invocation.Function
	if !errors.Is(f.Result.Err, lambda.ErrThrottled) {
		m.invoked(name, f.Duration)
	}
	if m.fromQueue(f.Invocation) {
		m.bill.QueueRequests += requests(len(f.Invocation.Items) - len(f.Failures))
	}
}

// invoked counts an invocation and what Lambda logs for it.
func (m *Meter) invoked(function string, took time.Duration) {
	f := m.functions[function]
	m.bill.Invoked(took, f.MemoryMB)
	m.bill.LoggedBytes += PlatformLog(f.LogFormat)
}

// Logged counts a line that a function wrote, without its line end. Lines are not
// facts, because a function's process writes at any time.
func (m *Meter) Logged(line string) { m.bill.LoggedBytes += int64(len(line)) }

// requests returns the number of requests for a number of messages.
func requests(messages int) int64 { return int64((messages + perRequest - 1) / perRequest) }
