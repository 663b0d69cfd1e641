package localaws_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

const account = "000000000000"

// clock is turned by hand.
type clock struct{ now time.Time }

func (c *clock) world() *world.World {
	return &world.World{
		Region: "us-east-1", Account: account,
		Now: func() time.Time { return c.now }, Rand: rand.New(rand.NewPCG(1, 2)),
	}
}

func newClock() *clock { return &clock{time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)} }

func queueARN(name string) string { return "arn:aws:sqs:us-east-1:" + account + ":" + name }

// service sends what a rule matches to a queue, with a dead-letter queue.
func service() *stack.Stack {
	return &stack.Stack{
		Buses:  []stack.Bus{{Name: "bus"}},
		Queues: []stack.Queue{{Name: "in", Attributes: map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + queueARN("zz-letters") + `","maxReceiveCount":1}`}}, {Name: "zz-letters"}},
		Rules: []stack.Rule{{
			Name: "rule", Bus: "bus", Pattern: `{"source":["bot"]}`,
			Targets: []stack.Target{{ID: "in", ARN: queueARN("in"), DeadLetterARN: queueARN("zz-letters"), MaximumRetryAttempts: 185, MaximumEventAgeSeconds: 86400}},
		}},
		Tables: []stack.Table{{Name: "profiles", HashKey: "id", HashKeyType: "S", StreamViewType: "NEW_AND_OLD_IMAGES", TTLAttribute: "gone"}},
		QueueMappings: []stack.QueueMapping{{
			Function: "apply", Queue: "in", QueueARN: queueARN("in"), BatchSize: 10, MaximumConcurrency: 2,
			FilterPatterns: []string{`{"body":{"source":["bot"]}}`},
		}},
		StreamMappings: []stack.StreamMapping{{
			Function: "republish", Table: "profiles", BatchSize: 10, StartingPosition: "TRIM_HORIZON", MaximumRetryAttempts: -1, OnFailureARN: queueARN("zz-letters"),
		}},
		Routes: []stack.Route{{Method: "GET", Path: "/x", Function: "get"}},
	}
}

func mustBuild(t *testing.T, c *clock, s *stack.Stack) *localaws.Cloud {
	t.Helper()
	cloud, err := localaws.New(c.world(), s)
	if err != nil {
		t.Fatal(err)
	}
	return cloud
}

func put(t *testing.T, cloud *localaws.Cloud, source string) {
	t.Helper()
	if _, err := cloud.Buses.Put(eventbridge.Entry{Bus: "bus", Source: source, DetailType: "T", Detail: `{"a":1}`}); err != nil {
		t.Fatal(err)
	}
}

func TestEventReachesTheMappedFunctionStepByStep(t *testing.T) {
	cloud := mustBuild(t, newClock(), service())
	put(t, cloud, "bot")
	put(t, cloud, "somebody else")
	if _, ok := cloud.Mappings()[0].Next(); ok {
		t.Error("the function got a batch before anybody delivered")
	}
	if n := cloud.DeliverDue(); n != 1 {
		t.Errorf("%d deliveries, want that of the one event that the rule matches", n)
	}
	if cloud.Drained() {
		t.Error("drained with a message in the queue")
	}
	batch, ok := cloud.Mappings()[0].Next()
	if !ok || !strings.Contains(string(batch.Payload), `\"source\":\"bot\"`) {
		t.Fatalf("batch %v %v", batch, ok)
	}
	if n := cloud.DeliverDue(); n != 0 {
		t.Errorf("%d more deliveries", n)
	}
}

func TestFilterDeletesWhatItRefuses(t *testing.T) {
	cloud := mustBuild(t, newClock(), service())
	q, _ := cloud.Queues.Queue("in")
	if _, err := q.Send(`{"source":"somebody else"}`, nil, 0); err != nil {
		t.Fatal(err)
	}
	if batch, ok := cloud.Mappings()[0].Next(); ok {
		t.Errorf("the function got %s", batch.Payload)
	}
	if !cloud.Drained() {
		t.Error("the message is still there")
	}
}

func TestEventForADeletedQueueIsDeadLettered(t *testing.T) {
	s := service()
	s.Rules[0].Targets[0].ARN = queueARN("deleted")
	cloud := mustBuild(t, newClock(), s)
	put(t, cloud, "bot")
	cloud.DeliverDue()
	letters, _ := cloud.Queues.Queue("zz-letters")
	if got := letters.Messages(); len(got) != 1 || got[0].Attributes["ERROR_CODE"].StringValue != "NO_RESOURCE" {
		t.Errorf("dead letters: %v", got)
	}
}

func TestWakeIsTheNextMomentThatMatters(t *testing.T) {
	c := newClock()
	cloud := mustBuild(t, c, service())
	if at, ok := cloud.Wake(); ok {
		t.Errorf("an idle cloud wakes at %v", at)
	}
	q, _ := cloud.Queues.Queue("zz-letters")
	if _, err := q.Send("later", nil, 9*time.Second); err != nil {
		t.Fatal(err)
	}
	if at, ok := cloud.Wake(); !ok || !at.Equal(c.now.Add(9*time.Second)) {
		t.Errorf("wakes at %v %v, want when the message becomes visible", at, ok)
	}
}

func TestStacksThatCannotBeBuiltNameTheResource(t *testing.T) {
	for _, c := range []struct {
		name, want string
		spoil      func(*stack.Stack)
	}{
		{"queue", "queue in", func(s *stack.Stack) { s.Queues[0].Attributes["DelaySeconds"] = "-1" }},
		{"bus", "bus b b", func(s *stack.Stack) { s.Buses = append(s.Buses, stack.Bus{Name: "b b"}) }},
		{"rule on an absent bus", "rule rule", func(s *stack.Stack) { s.Rules[0].Bus = "none" }},
		{"rule with a bad pattern", "rule rule", func(s *stack.Stack) { s.Rules[0].Pattern = `{"source":"bot"}` }},
		{"target", "target in", func(s *stack.Stack) { s.Rules[0].Targets[0].MaximumEventAgeSeconds = 1 }},
		{"table", "table x", func(s *stack.Stack) { s.Tables[0].Name = "x" }},
		{"mapping of an absent queue", "mapping of queue none", func(s *stack.Stack) { s.QueueMappings[0].Queue = "none" }},
		{"mapping with too large a batch", "BatchSize", func(s *stack.Stack) { s.QueueMappings[0].BatchSize = 11 }},
		{"mapping with a bad filter", "filter", func(s *stack.Stack) { s.QueueMappings[0].FilterPatterns = []string{`{`} }},
		{"mapping of an absent table", "stream of table none", func(s *stack.Stack) { s.StreamMappings[0].Table = "none" }},
		{"mapping from nowhere", "StartingPosition", func(s *stack.Stack) { s.StreamMappings[0].StartingPosition = "" }},
		{"absent failure destination", "failure destination", func(s *stack.Stack) { s.StreamMappings[0].OnFailureARN = queueARN("none") }},
		{"route", "route GET x", func(s *stack.Stack) { s.Routes[0].Path = "x" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := service()
			c.spoil(s)
			if _, err := localaws.New(newClock().world(), s); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that names %q", err, c.want)
			}
		})
	}
}

// A dead-letter queue may have a dead-letter queue, and two may be each other's. The
// order in the file does not matter.
func TestDeadLetterQueuesOfDeadLetterQueues(t *testing.T) {
	policy := func(name string) map[string]string {
		return map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + queueARN(name) + `","maxReceiveCount":1}`}
	}
	cloud := mustBuild(t, newClock(), &stack.Stack{Queues: []stack.Queue{
		{Name: "first", Attributes: policy("b")}, {Name: "b", Attributes: policy("a-long-name")}, {Name: "a-long-name", Attributes: policy("b")},
	}})
	q, _ := cloud.Queues.Queue("first")
	if _, err := q.Send("m", nil, 0); err != nil {
		t.Fatal(err)
	}
	q.Receive(1, 0)
	q.Receive(1, 0)
	if b, _ := cloud.Queues.Queue("b"); len(b.Messages()) != 1 {
		t.Error("the message is not in the dead-letter queue")
	}
}

// A time to live beyond every clock must not wake the driver endlessly.
func TestATimeToLiveBeyondEveryClock(t *testing.T) {
	cloud := mustBuild(t, newClock(), service())
	put, err := cloud.Tables.Wire().Operations["PutItem"]([]byte(`{"TableName":"profiles","Item":{"id":{"S":"a"},"gone":{"N":"9223372036854775807"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := put(); err != nil {
		t.Fatal(err)
	}
	m := cloud.Mappings()[1]
	inv, _ := m.Next() // of the new item's record
	m.Finish(inv, lambda.Result{})
	if at, ok := cloud.Wake(); ok {
		t.Errorf("it wants to be woken at %v", at)
	}
}
