package localaws_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// reading is one datapoint over the first hour.
type reading struct{ SampleCount, Sum, Minimum, Maximum float64 }

// read asks for a metric as a client does; false: it does not exist.
func read(t *testing.T, c *localaws.Cloud, from time.Time, namespace, metric, dimensions string) (reading, bool) {
	t.Helper()
	call, err := c.Metrics.Wire().Operations["GetMetricStatistics"]([]byte(fmt.Sprintf(
		`{"Namespace":%q,"MetricName":%q,"Dimensions":%s,"StartTime":%d,"EndTime":%d,"Period":3600,"Statistics":["SampleCount","Sum","Minimum","Maximum"]}`,
		namespace, metric, dimensions, from.Unix(), from.Add(time.Hour).Unix())))
	if err != nil {
		t.Fatal(err)
	}
	out, err := call()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Datapoints []reading }
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Datapoints) == 0 {
		return reading{}, false
	}
	return answer.Datapoints[0], true
}

func dimension(pairs ...string) string {
	var list []map[string]string
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, map[string]string{"Name": pairs[i], "Value": pairs[i+1]})
	}
	text, _ := json.Marshal(list) // strings
	return string(text)
}

// watched is service with functions, which have other names in AWS.
func watched() *stack.Stack {
	s := service()
	for _, name := range []string{"apply", "republish", "get"} {
		s.Functions = append(s.Functions, stack.Function{Name: name, PhysicalName: "stack-" + name, ARN: "arn:aws:lambda:us-east-1:" + account + ":function:stack-" + name})
	}
	return s
}

// What happens in a machine is in its metrics, under the names and dimensions that AWS
// has for it.
func TestMetricsOfTheMachines(t *testing.T) {
	crash := errors.New("crash")
	run := func(function string, err error) []any {
		inv := &lambda.Invocation{Function: function}
		return []any{lambda.Started{Invocation: inv}, lambda.Finished{Invocation: inv, Duration: 40 * time.Millisecond, Result: lambda.Result{Err: err}}}
	}
	apply, get := dimension("FunctionName", "stack-apply"), dimension("FunctionName", "stack-get")
	rule := dimension("EventBusName", "bus", "RuleName", "rule")
	delivery := eventbridge.Delivery{Bus: "bus", Rule: "rule", Target: eventbridge.TargetConfig{DeadLetterARN: "arn"}}
	careless := eventbridge.Delivery{Bus: "bus", Rule: "rule"}
	for _, c := range []struct {
		facts                         []any
		namespace, metric, dimensions string
		want                          *reading // nil: the metric does not exist
	}{
		{run("apply", nil), "AWS/Lambda", "Invocations", apply, &reading{1, 1, 1, 1}},
		{run("apply", nil), "AWS/Lambda", "Errors", apply, &reading{1, 0, 0, 0}},
		{run("apply", crash), "AWS/Lambda", "Errors", apply, &reading{1, 1, 1, 1}},
		{run("apply", nil), "AWS/Lambda", "Throttles", apply, &reading{1, 0, 0, 0}},
		{run("apply", lambda.ErrThrottled), "AWS/Lambda", "Throttles", apply, &reading{1, 1, 1, 1}},
		{run("apply", lambda.ErrThrottled), "AWS/Lambda", "Errors", apply, nil},
		{run("apply", nil), "AWS/Lambda", "Duration", apply, &reading{1, 40, 40, 40}},
		{append(run("apply", nil), run("apply", nil)...), "AWS/Lambda", "ConcurrentExecutions", apply, &reading{2, 2, 1, 1}},
		{append(run("apply", nil)[:1], run("apply", nil)...), "AWS/Lambda", "ConcurrentExecutions", apply, &reading{2, 3, 1, 2}},
		{run("apply", nil), "AWS/Lambda", "IteratorAge", apply, nil},
		{[]any{lambda.Started{Invocation: &lambda.Invocation{Function: "apply", Newest: newClock().now.Add(-3 * time.Second)}}}, "AWS/Lambda", "IteratorAge", apply, &reading{1, 3000, 3000, 3000}},
		{[]any{lambda.GivenUp{Function: "apply", Err: crash}}, "AWS/Lambda", "DestinationDeliveryFailures", apply, &reading{1, 1, 1, 1}},
		{[]any{lambda.GivenUp{Function: "apply"}}, "AWS/Lambda", "DestinationDeliveryFailures", apply, nil},
		{[]any{apigateway.Asked{Function: "get"}, apigateway.Answered{Function: "get", Status: 200, Duration: time.Second}}, "AWS/Lambda", "Duration", get, &reading{1, 1000, 1000, 1000}},
		{[]any{apigateway.Answered{Function: "get", Status: 502, Err: crash}}, "AWS/Lambda", "Errors", get, &reading{1, 1, 1, 1}},
		{[]any{apigateway.Answered{Function: "get", Status: 503}, apigateway.Answered{Function: "get", Status: 404}}, "AWS/ApiGateway", "5xx", dimension("ApiId", "HttpApi"), &reading{2, 1, 0, 1}},
		{[]any{apigateway.Answered{Function: "get", Status: 503}, apigateway.Answered{Function: "get", Status: 404}}, "AWS/ApiGateway", "4xx", dimension("ApiId", "HttpApi"), &reading{2, 1, 0, 1}},
		{[]any{eventbridge.Matched{Bus: "bus", Rule: "rule"}}, "AWS/Events", "TriggeredRules", rule, &reading{1, 1, 1, 1}},
		{[]any{eventbridge.Delivered{Delivery: delivery}}, "AWS/Events", "Invocations", rule, &reading{1, 1, 1, 1}},
		{[]any{eventbridge.Failed{Delivery: delivery}}, "AWS/Events", "RetryInvocationAttempts", rule, &reading{1, 1, 1, 1}},
		{[]any{eventbridge.Failed{Delivery: delivery}}, "AWS/Events", "FailedInvocations", rule, nil},
		{[]any{eventbridge.DeadLettered{Delivery: delivery}}, "AWS/Events", "InvocationsSentToDlq", rule, &reading{1, 1, 1, 1}},
		{[]any{eventbridge.DeadLettered{Delivery: delivery}}, "AWS/Events", "InvocationsFailedToBeSentToDlq", rule, nil},
		{[]any{eventbridge.Dropped{Delivery: delivery}}, "AWS/Events", "InvocationsFailedToBeSentToDlq", rule, &reading{1, 1, 1, 1}},
		{[]any{eventbridge.Dropped{Delivery: careless}}, "AWS/Events", "InvocationsFailedToBeSentToDlq", rule, nil},
		{[]any{eventbridge.Dropped{Delivery: careless}}, "AWS/Events", "FailedInvocations", rule, &reading{1, 1, 1, 1}},
		{[]any{dynamodb.Request{Table: "profiles", WriteUnits: 2}}, "AWS/DynamoDB", "ConsumedWriteCapacityUnits", dimension("TableName", "profiles"), &reading{1, 2, 2, 2}},
		{[]any{dynamodb.Request{Table: "profiles", WriteUnits: 2}}, "AWS/DynamoDB", "ConsumedReadCapacityUnits", dimension("TableName", "profiles"), nil},
		{[]any{sqs.Received{Queue: "in"}}, "AWS/SQS", "NumberOfMessagesReceived", dimension("QueueName", "in"), &reading{1, 1, 1, 1}},
		{[]any{sqs.Deleted{Queue: "in"}}, "AWS/SQS", "NumberOfMessagesDeleted", dimension("QueueName", "in"), &reading{1, 1, 1, 1}},
	} {
		clock := newClock()
		cloud := mustBuild(t, clock, watched())
		cloud.KeepMetrics()
		for _, fact := range c.facts {
			cloud.World.Tell(fact)
		}
		got, ok := read(t, cloud, clock.now, c.namespace, c.metric, c.dimensions)
		if ok != (c.want != nil) || ok && got != *c.want {
			t.Errorf("%s after %+v: %+v, want %+v", c.metric, c.facts, got, c.want)
		}
	}
}

// tick lets minutes pass, as a driver does.
func tick(c *clock, cloud *localaws.Cloud, minutes int) {
	for range minutes {
		c.now, _ = cloud.Wake()
		cloud.EvaluateDue()
	}
}

// A queue reports depth and age every minute, for as long as it was used in the last six
// hours. A message that is received again and again has no age.
func TestMetricsOfAQueue(t *testing.T) {
	clock := newClock()
	began := clock.now
	cloud := mustBuild(t, clock, &stack.Stack{Queues: []stack.Queue{{Name: "in"}, {Name: "idle"}}})
	cloud.KeepMetrics()
	queue, _ := cloud.Queues.Queue("in")
	if _, err := queue.Send("m", nil, sqs.QueueDelay); err != nil {
		t.Fatal(err)
	}
	tick(clock, cloud, 3)
	in := dimension("QueueName", "in")
	if depth, _ := read(t, cloud, began, "AWS/SQS", "ApproximateNumberOfMessagesVisible", in); depth != (reading{3, 3, 1, 1}) {
		t.Errorf("depth: %+v", depth)
	}
	if age, _ := read(t, cloud, began, "AWS/SQS", "ApproximateAgeOfOldestMessage", in); age.Maximum < 180 || age.Maximum > 190 {
		t.Errorf("age: %+v", age)
	}
	if _, ok := read(t, cloud, began, "AWS/SQS", "ApproximateNumberOfMessagesVisible", dimension("QueueName", "idle")); ok {
		t.Error("a queue that nobody used reports")
	}
	for range 3 {
		queue.Receive(1, time.Second)
		clock.now = clock.now.Add(2 * time.Second)
	}
	if age := queue.OldestAge(); age != 0 {
		t.Errorf("age of a message that fails: %v", age)
	}
	if err := queue.Purge(); err != nil {
		t.Fatal(err)
	}
	tick(clock, cloud, 6*60+2)
	if _, ok := read(t, cloud, clock.now.Add(-time.Minute), "AWS/SQS", "ApproximateNumberOfMessagesVisible", in); ok {
		t.Error("a queue that nobody uses reports")
	}
}

// A dead letter's age counts from its arrival in the dead-letter queue.
func TestTheAgeOfADeadLetter(t *testing.T) {
	clock := newClock()
	cloud := mustBuild(t, clock, service())
	in, _ := cloud.Queues.Queue("in")
	letters, _ := cloud.Queues.Queue("zz-letters")
	if _, err := in.Send("m", nil, sqs.QueueDelay); err != nil {
		t.Fatal(err)
	}
	in.Receive(1, time.Second)
	clock.now = clock.now.Add(time.Hour)
	in.Receive(1, time.Second)
	clock.now = clock.now.Add(time.Minute)
	if age := letters.OldestAge(); age != time.Minute {
		t.Errorf("%v", age)
	}
}

// Without KeepMetrics a driver in virtual time has nothing to wait for.
func TestNoMetricsUnlessADriverWantsThem(t *testing.T) {
	clock := newClock()
	cloud := mustBuild(t, clock, watched())
	cloud.World.Tell(sqs.Received{Queue: "in"})
	if _, ok := cloud.Wake(); ok {
		t.Error("there is something to wait for")
	}
	if _, ok := read(t, cloud, clock.now, "AWS/SQS", "NumberOfMessagesReceived", dimension("QueueName", "in")); ok {
		t.Error("there are metrics")
	}
}

// An alarm of the stack is in DescribeAlarms, and its change is told.
func TestAlarmsOfAStack(t *testing.T) {
	clock := newClock()
	s := service()
	s.Alarms = []stack.Alarm{
		{Name: "a", Rule: `ALARM("letters")`, AlarmActions: []string{"topic"}},
		{Name: "letters", Namespace: "AWS/SQS", Metric: "ApproximateNumberOfMessagesVisible", Dimensions: map[string]string{"QueueName": "zz-letters"},
			Statistic: "Maximum", PeriodSeconds: 60, EvaluationPeriods: 1, Comparison: "GreaterThanThreshold", MissingData: "notBreaching"},
	}
	cloud := mustBuild(t, clock, s)
	cloud.KeepMetrics()
	letters, _ := cloud.Queues.Queue("zz-letters")
	tick(clock, cloud, 1)
	if _, err := letters.Send("m", nil, sqs.QueueDelay); err != nil {
		t.Fatal(err)
	}
	tick(clock, cloud, 1)
	if state, _ := cloud.Metrics.State("a"); state != "ALARM" {
		t.Errorf("%s", state)
	}
	s.Alarms[0].Rule = "ALARM(nobody)"
	if _, err := localaws.New(clock.world(), s); err == nil {
		t.Error("an alarm that names no other passes")
	}
}
