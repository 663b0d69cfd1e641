package localaws_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

const functionARN = "arn:aws:lambda:us-east-1:" + account + ":function:greeter-dev-greet"

// greeterService is a function that a rule sends to, with a dead-letter queue of the rule
// and a failure destination of the function.
func greeterService() *stack.Stack {
	return &stack.Stack{
		Buses:     []stack.Bus{{Name: "bus"}},
		Queues:    []stack.Queue{{Name: "dead"}, {Name: "failures"}},
		Functions: []stack.Function{{Name: "greet", ARN: functionARN}},
		AsyncInvokes: []stack.AsyncInvoke{
			{Function: "greet", MaximumRetryAttempts: 1, MaximumEventAgeSeconds: 600, OnFailureARN: queueARN("failures")},
		},
		Rules: []stack.Rule{{
			Name: "rule", Bus: "bus", Pattern: `{"source":["bot"]}`,
			Targets: []stack.Target{{ID: "greet", ARN: functionARN, DeadLetterARN: queueARN("dead"), MaximumRetryAttempts: 1, MaximumEventAgeSeconds: 600}},
		}},
	}
}

func depth(t *testing.T, cloud *localaws.Cloud, queue string) int {
	t.Helper()
	q, ok := cloud.Queues.Queue(queue)
	if !ok {
		t.Fatalf("there is no queue %s", queue)
	}
	return len(q.Messages())
}

func TestRuleInvokesAFunctionAsynchronously(t *testing.T) {
	c := newClock()
	cloud := mustBuild(t, c, greeterService())
	if n := len(cloud.Mappings()); n != 0 {
		t.Errorf("%d mappings before any event", n)
	}
	event, err := cloud.Buses.Put(eventbridge.Entry{Bus: "bus", Source: "bot", DetailType: "T", Detail: `{"a":1}`, TraceHeader: "Root=1-2-3"})
	if err != nil {
		t.Fatal(err)
	}
	cloud.DeliverDue()
	if cloud.Drained() {
		t.Error("drained with an event that Lambda holds")
	}
	m := cloud.Mappings()[0]
	inv, ok := m.Next()
	if !ok || string(inv.Payload) != string(event.Envelope()) || inv.Function != "greet" || inv.Trace != "Root=1-2-3" {
		t.Fatalf("invocation %+v", inv)
	}
	failed := lambda.Result{Err: errors.New("no")}
	cloud.Finish(m, inv, failed)
	if at, ok := cloud.Wake(); !ok || at.Sub(c.now) != time.Minute {
		t.Errorf("wakes at %v, want in a minute", at)
	}
	c.now = c.now.Add(time.Minute)
	inv, _ = m.Next()
	cloud.Finish(m, inv, failed)
	if !cloud.Drained() || depth(t, cloud, "failures") != 1 || depth(t, cloud, "dead") != 0 {
		t.Errorf("drained %v, %d failures, %d dead letters", cloud.Drained(), depth(t, cloud, "failures"), depth(t, cloud, "dead"))
	}
}

func TestFunctionThatLambdaRefusesToInvoke(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*stack.Stack, *localaws.Cloud)
		want   string // of the dead letter
	}{
		"it does not exist": {func(s *stack.Stack, c *localaws.Cloud) {}, "NO_RESOURCE"},
		"denied": {func(s *stack.Stack, c *localaws.Cloud) {
			c.Refuse = func(arn string) error {
				if arn == functionARN {
					return &eventbridge.DeliveryError{Code: "NO_PERMISSIONS", Final: true}
				}
				return nil
			}
		}, "NO_PERMISSIONS"},
		"its input is no JSON value": {func(s *stack.Stack, c *localaws.Cloud) {
			target := eventbridge.TargetConfig{ID: "greet", ARN: functionARN, DeadLetterARN: queueARN("dead"), InputTransformer: &eventbridge.InputTransformer{Template: "\"one\"\n\"two\""}}
			if err := c.Buses.PutTarget("bus", "rule", target); err != nil {
				panic(err)
			}
		}, "INVALID_JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			s := greeterService()
			if c.want == "NO_RESOURCE" {
				s.Rules[0].Targets[0].ARN += "-else"
			}
			cloud := mustBuild(t, newClock(), s)
			c.change(s, cloud)
			put(t, cloud, "bot")
			cloud.DeliverDue()
			q, _ := cloud.Queues.Queue("dead")
			if got := q.Messages(); len(got) != 1 || got[0].Attributes["ERROR_CODE"].StringValue != c.want {
				t.Errorf("dead letters %+v, want one for %s", got, c.want)
			}
			if !cloud.Drained() || len(cloud.Mappings()) > 0 {
				t.Error("the function is invoked anyway")
			}
		})
	}
}

func TestAsyncInvokeThatCannotBe(t *testing.T) {
	for want, change := range map[string]func(*stack.Stack){
		"there is no such function":    func(s *stack.Stack) { s.AsyncInvokes[0].Function = "other" },
		"MaximumRetryAttempts is 3":    func(s *stack.Stack) { s.AsyncInvokes[0].MaximumRetryAttempts = 3 },
		"does not exist":               func(s *stack.Stack) { s.AsyncInvokes[0].OnFailureARN = queueARN("other") },
		"a version or an alias of a f": func(s *stack.Stack) { s.Rules[0].Targets[0].ARN += ":live" },
	} {
		s := greeterService()
		change(s)
		if _, err := localaws.New(newClock().world(), s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want an error with %q", err, want)
		}
	}
}
