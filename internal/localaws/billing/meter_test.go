package billing

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

var metered = &stack.Stack{
	Functions:     []stack.Function{{Name: "apply", MemoryMB: 512, LogFormat: "JSON"}, {Name: "republish", MemoryMB: 1024, LogFormat: "Text"}},
	QueueMappings: []stack.QueueMapping{{Function: "apply"}},
}

func items(n int) []string { return strings.Split(strings.Repeat("m", n), "") }

func TestMeter(t *testing.T) {
	kb := func(n int) string { return strings.Repeat("x", n<<10) }
	to := func(arn, body string) eventbridge.Delivery {
		return eventbridge.Delivery{Body: body, Target: eventbridge.TargetConfig{ARN: arn}}
	}
	const queue, destination = "arn:aws:sqs:us-east-1:000000000000:q", "arn:aws:events:us-east-1:000000000000:api-destination/hook/1"
	invocation := func(function string, n, bytes int) *lambda.Invocation {
		return &lambda.Invocation{Mapping: "of " + function, Function: function, Items: items(n), Payload: make([]byte, bytes)}
	}
	for _, c := range []struct {
		name string
		fact world.Fact
		want Bill
	}{
		{"an event", eventbridge.Put{Event: eventbridge.Event{Detail: "{}"}}, Bill{Events: 1}},
		{"an event of 65 KB is two", eventbridge.Put{Event: eventbridge.Event{Detail: kb(65)}}, Bill{Events: 2}},
		{"an event of 64 KB with what names it", eventbridge.Put{Event: eventbridge.Event{Source: "s", DetailType: "t", Detail: kb(64)[16:], Resources: []string{"r"}}}, Bill{Events: 2}},
		{"one of 64 KB in all", eventbridge.Put{Event: eventbridge.Event{Source: "s", DetailType: "t", Detail: kb(64)[17:], Resources: []string{"r"}}}, Bill{Events: 1}},
		{"one that is replayed", eventbridge.Replayed{Event: eventbridge.Event{Detail: "{}"}}, Bill{Events: 1}},
		{"one that is archived", eventbridge.Archived{Bytes: 700}, Bill{ArchivedBytes: 700}},
		{"the bus's send to a queue", eventbridge.Delivered{Delivery: to(queue, kb(65))}, Bill{QueueRequests: 2}},
		{"one that the queue refused", eventbridge.Failed{Delivery: to(queue, "{}")}, Bill{}},
		{"one to the dead-letter queue", eventbridge.DeadLettered{Delivery: to(destination, "{}")}, Bill{QueueRequests: 1}},
		{"the bus's event for a function", eventbridge.Delivered{Delivery: to("arn:aws:lambda:us-east-1:000000000000:function:f", kb(65))}, Bill{}},
		{"an event that a function of a queue gets from the bus", lambda.Started{Invocation: &lambda.Invocation{Function: "apply", Items: items(1)}}, Bill{}},
		{"one that it did not take", lambda.GivenUp{Message: kb(65)}, Bill{QueueRequests: 2}},
		{"a call of a destination", eventbridge.Delivered{Delivery: to(destination, kb(65))}, Bill{Destinations: 2}},
		{"one that failed", eventbridge.Failed{Delivery: to(destination, "{}")}, Bill{Destinations: 1}},
		{"a batch that a client sent", sqs.Requested{Operation: "SendMessageBatch", Bytes: 130 << 10}, Bill{QueueRequests: 3}},
		{"a client's empty receive", sqs.Requested{Operation: "ReceiveMessage"}, Bill{QueueRequests: 1}},
		{"what a client sent is not counted by the message", sqs.Sent{}, Bill{}},
		{"Lambda's receives", lambda.Started{Invocation: invocation("apply", 25, 1000)}, Bill{QueueRequests: 3}},
		{"of large messages", lambda.Started{Invocation: invocation("apply", 20, 140<<10)}, Bill{QueueRequests: 4}},
		{"a stream's reads", lambda.Started{Invocation: invocation("republish", 25, 1000)}, Bill{}},
		{
			"a batch that is done", lambda.Finished{Invocation: invocation("apply", 25, 0), Duration: 3 * time.Millisecond},
			Bill{QueueRequests: 3, Invocations: 1, GBMillis: 1.5, LoggedBytes: 600},
		},
		{
			"one of which half failed", lambda.Finished{Invocation: invocation("apply", 25, 0), Failures: items(15), Duration: 1},
			Bill{QueueRequests: 1, Invocations: 1, GBMillis: 0.5, LoggedBytes: 600},
		},
		{
			"one that failed", lambda.Finished{Invocation: invocation("apply", 25, 0), Failures: items(25), Duration: 1},
			Bill{Invocations: 1, GBMillis: 0.5, LoggedBytes: 600},
		},
		{
			"one that never ran", lambda.Finished{Invocation: invocation("republish", 1, 0), Failures: items(1), Result: lambda.Result{Err: lambda.ErrThrottled}},
			Bill{},
		},
		{"of a stream", lambda.Finished{Invocation: invocation("republish", 25, 0), Duration: 2}, Bill{Invocations: 1, GBMillis: 1, LoggedBytes: 270}},
		{"messages that a filter dropped", lambda.Filtered{Function: "apply", Items: items(11)}, Bill{QueueRequests: 4}},
		{"records that a filter dropped", lambda.Filtered{Function: "republish", Items: items(11)}, Bill{}},
		{"records that were given up", lambda.Discarded{Message: "{}"}, Bill{QueueRequests: 1}},
		{"and that nobody is told of", lambda.Discarded{}, Bill{}},
		{"an HTTP request", apigateway.Answered{Function: "republish", Duration: 1}, Bill{APIRequests: 1, Invocations: 1, GBMillis: 1, LoggedBytes: 270}},
		{"a large one", apigateway.Answered{Function: "republish", Duration: 1, Bytes: 513 << 10}, Bill{APIRequests: 2, Invocations: 1, GBMillis: 1, LoggedBytes: 270}},
		{"a write", dynamodb.Request{WriteUnits: 2}, Bill{WriteUnits: 2}},
		{"a read", dynamodb.Request{ReadUnits: 0.5}, Bill{ReadUnits: 0.5}},
	} {
		m := NewMeter(metered)
		m.Observe(c.fact)
		if diff := cmp.Diff(c.want, m.Bill()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestMeterTakesWhatFunctionsLog(t *testing.T) {
	m := NewMeter(metered)
	m.Logged(`{"level":"INFO"}`)
	m.Logged("ünd")
	if diff := cmp.Diff(Bill{LoggedBytes: 16 + 4}, m.Bill()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
