package eventbridge_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

const ruleARN = "arn:aws:events:us-east-1:123456789012:rule/all"

func TestRetryUntilTheTargetTakesIt(t *testing.T) {
	c := newCloud(t, "q")
	c.rule(t, "all", anything, eventbridge.TargetConfig{ID: "q", ARN: queueARN + "q"})
	c.queues["q"].err = errors.New("busy")
	start := c.now
	c.put(t, `{}`)
	var waits []time.Duration
	for range 6 {
		at, _ := c.service.Wake()
		waits = append(waits, at.Sub(c.now))
		c.now = at
		c.deliverDue()
	}
	for i, wait := range waits[1:] {
		if longest := time.Second << i; wait > longest || wait < longest/2 {
			t.Errorf("retry %d after %v, want %v to %v", i+1, wait, longest/2, longest)
		}
	}
	c.queues["q"].err = nil
	c.deliverAll()
	taken := c.queues["q"].taken
	if waits[0] != 0 || len(taken) != 1 || taken[0].Attempts != 6 || !taken[0].Accepted.Equal(start) {
		t.Errorf("first after %v, taken %+v", waits[0], taken)
	}
	if n := len(factsOf[eventbridge.Failed](c)); n != 6 {
		t.Errorf("%d Failed facts, want 6", n)
	}
}

var busy = errors.New("busy")

// deadLetterCases are targets that do not take an event, and the attributes of its dead letter.
var deadLetterCases = []struct {
	name    string
	target  eventbridge.TargetConfig
	err     error
	missing bool
	after   [2]time.Duration
	want    map[string]string
}{
	{
		name: "no attempt left", err: busy, target: eventbridge.TargetConfig{MaximumRetryAttempts: 3},
		after: [2]time.Duration{3 * time.Second, 8 * time.Second},
		want:  map[string]string{"ERROR_CODE": "ERROR_FROM_TARGET", "ERROR_MESSAGE": "busy", "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts", "RETRY_ATTEMPTS": "3"},
	},
	{
		name: "no retry wanted", err: busy, target: eventbridge.TargetConfig{MaximumRetryAttempts: eventbridge.NoRetry},
		want: map[string]string{"ERROR_CODE": "ERROR_FROM_TARGET", "ERROR_MESSAGE": "busy", "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts", "RETRY_ATTEMPTS": "0"},
	},
	{
		name: "185 retries by default", err: busy,
		after: [2]time.Duration{11 * time.Hour, 24 * time.Hour},
		want:  map[string]string{"ERROR_CODE": "ERROR_FROM_TARGET", "ERROR_MESSAGE": "busy", "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts", "RETRY_ATTEMPTS": "185"},
	},
	{
		name: "too old", err: busy, target: eventbridge.TargetConfig{MaximumEventAge: time.Minute},
		after: [2]time.Duration{time.Minute, time.Minute},
		want:  map[string]string{"ERROR_CODE": "ERROR_FROM_TARGET", "ERROR_MESSAGE": "busy", "EXHAUSTED_RETRY_CONDITION": "MaximumEventAgeInSeconds"},
	},
	{
		name: "no such target", missing: true,
		want: map[string]string{"ERROR_CODE": "NO_RESOURCE", "ERROR_MESSAGE": "The target " + queueARN + "q does not exist.", "RETRY_ATTEMPTS": "0"},
	},
	{
		name: "refused for good", err: &eventbridge.DeliveryError{Code: "NO_PERMISSIONS", Message: "closed", Final: true},
		want: map[string]string{"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "closed", "RETRY_ATTEMPTS": "0"},
	},
	{
		name: "refused by the target's service", err: wire.Errorf("InvalidParameterValue", "too long"),
		want: map[string]string{"ERROR_CODE": "SDK_CLIENT_ERROR", "ERROR_MESSAGE": "InvalidParameterValue: too long", "RETRY_ATTEMPTS": "0"},
	},
	{
		name: "throttled", err: &eventbridge.DeliveryError{Code: "THROTTLING", Message: "slow down"}, target: eventbridge.TargetConfig{MaximumRetryAttempts: 1},
		after: [2]time.Duration{500 * time.Millisecond, time.Second},
		want:  map[string]string{"ERROR_CODE": "THROTTLING", "ERROR_MESSAGE": "slow down", "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts", "RETRY_ATTEMPTS": "1"},
	},
}

func TestDeadLetters(t *testing.T) {
	for _, row := range deadLetterCases {
		t.Run(row.name, func(t *testing.T) {
			c := newCloud(t, "q", "dead")
			c.queues["q"].err = row.err
			if row.missing {
				delete(c.queues, "q")
			}
			row.target.ID, row.target.ARN, row.target.DeadLetterARN = "q", queueARN+"q", queueARN+"dead"
			c.rule(t, "all", anything, row.target)
			start := c.now
			c.put(t, `{"a": 1}`)
			c.deliverAll()
			letters := c.queues["dead"].taken
			if len(letters) != 1 {
				t.Fatalf("%d dead letters", len(letters))
			}
			row.want["RULE_ARN"], row.want["TARGET_ARN"] = ruleARN, queueARN+"q"
			if row.want["RETRY_ATTEMPTS"] == "" { // by age: as many as the backoff's dice made
				row.want["RETRY_ATTEMPTS"] = letters[0].Attributes["RETRY_ATTEMPTS"]
			}
			if diff := cmp.Diff(row.want, letters[0].Attributes); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(string(letters[0].Event.Envelope()), letters[0].Body); diff != "" {
				t.Error(diff)
			}
			if after := c.now.Sub(start); after < row.after[0] || after > row.after[1] {
				t.Errorf("given up after %v, want %v to %v", after, row.after[0], row.after[1])
			}
			if len(factsOf[eventbridge.DeadLettered](c)) != 1 || len(factsOf[eventbridge.Dropped](c)) != 0 {
				t.Errorf("facts: %v", c.facts)
			}
		})
	}
}

func TestDropped(t *testing.T) {
	for _, row := range []struct {
		name   string
		target eventbridge.TargetConfig
		broken error
	}{
		{"no dead-letter queue", eventbridge.TargetConfig{}, nil},
		{"a dead-letter queue that does not exist", eventbridge.TargetConfig{DeadLetterARN: queueARN + "nobody"}, nil},
		{"a dead-letter queue that refuses", eventbridge.TargetConfig{DeadLetterARN: queueARN + "dead"}, errors.New("full")},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := newCloud(t, "dead")
			c.queues["dead"].err = row.broken
			row.target.ID, row.target.ARN = "q", queueARN+"gone"
			c.rule(t, "all", anything, row.target)
			c.put(t, `{}`)
			c.deliverAll()
			if drops := factsOf[eventbridge.Dropped](c); len(drops) != 1 || drops[0].Reason == "" || len(c.service.Pending()) != 0 {
				t.Errorf("dropped %v, pending %v", drops, c.service.Pending())
			}
		})
	}
}

func TestDeliverOnce(t *testing.T) {
	c := newCloud(t, "q")
	c.rule(t, "all", anything, eventbridge.TargetConfig{ID: "q", ARN: queueARN + "q"})
	c.put(t, `{"n":1}`)
	c.put(t, `{"n":2}`)
	pending := c.service.Pending()
	c.service.Deliver(pending[1])
	c.service.Deliver(pending[1])
	c.service.Deliver(pending[0])
	if taken := c.queues["q"].taken; len(taken) != 2 || taken[0].Event.Detail != `{"n":2}` {
		t.Errorf("taken %v", taken)
	}
	if _, ok := c.service.Wake(); ok {
		t.Error("Wake() with nothing pending")
	}
}

// A change of the retry policy does not affect deliveries that are on their way.
func TestDeliveryKeepsItsTarget(t *testing.T) {
	c := newCloud(t, "q", "other")
	c.rule(t, "all", anything, eventbridge.TargetConfig{ID: "q", ARN: queueARN + "q"})
	c.put(t, `{}`)
	c.rule(t, "all", anything, eventbridge.TargetConfig{ID: "q", ARN: queueARN + "other"})
	c.deliverDue()
	if len(c.queues["q"].taken) != 1 || len(c.queues["other"].taken) != 0 {
		t.Error("the delivery followed the changed rule")
	}
}

// toQueue is a target like that of a cloud: it sends to a real queue.
type toQueue struct{ queue *sqs.Queue }

func (q toQueue) Deliver(d eventbridge.Delivery) error {
	attributes := map[string]sqs.Attribute{}
	for name, value := range d.Attributes {
		attributes[name] = sqs.Attribute{DataType: "String", StringValue: value}
	}
	_, err := q.queue.Send(d.Body, attributes, sqs.QueueDelay, sqs.WithTraceHeader(d.TraceHeader), sqs.WithGroup(d.Group))
	return err
}

func TestQueuesTakeDeliveriesAndDeadLetters(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	w := &world.World{Region: "us-east-1", Account: "123456789012", Now: func() time.Time { return now }, Rand: rand.New(rand.NewPCG(1, 2))}
	queues := sqs.New(w)
	service := eventbridge.New(w, func(arn string) (eventbridge.Target, bool) {
		q, ok := queues.QueueByARN(arn)
		return toQueue{q}, ok
	})
	small, err := queues.CreateQueue("small", map[string]string{"MaximumMessageSize": "1024"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	dead, err := queues.CreateQueue("dead", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := service.PutRule("", "all", anything); err != nil {
		t.Fatal(err)
	}
	if err := service.PutTarget("", "all", eventbridge.TargetConfig{ID: "q", ARN: small.ARN(), DeadLetterARN: dead.ARN(), MessageGroupID: "g"}); err != nil {
		t.Fatal(err)
	}
	for _, detail := range []string{`{}`, `{"a":"` + strings.Repeat("x", 1024) + `"}`} {
		if _, err := service.Put(eventbridge.Entry{Source: "bot", DetailType: "Said", Detail: detail, TraceHeader: "Root=1"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range service.Pending() {
		service.Deliver(d)
	}
	if got := small.Messages(); len(got) != 1 || got[0].System["AWSTraceHeader"] != "Root=1" || got[0].System["MessageGroupId"] != "g" {
		t.Errorf("the queue has %v", got)
	}
	if got := dead.Messages(); len(got) != 1 || got[0].Attributes["ERROR_CODE"].StringValue != "SDK_CLIENT_ERROR" || got[0].System["AWSTraceHeader"] != "Root=1" {
		t.Errorf("the dead-letter queue has %v", got)
	}
}
