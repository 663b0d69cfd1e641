package virtual_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// different has a different time for each service.
var different = virtual.Latencies{Own: time.Millisecond, DynamoDB: 32 * time.Millisecond, EventBridge: 100 * time.Millisecond, SQS: 1000 * time.Millisecond}

// envelopes are one change.
func envelopes(c *virtual.Cloud) []events.Envelope {
	change := events.PreferenceChange{ID: c.Stamps().Next(), UserID: "u", Preferences: events.Preferences{"tone": events.Text("dry")}}
	return []events.Envelope{events.ChangeEnvelope("test", &change, c.Now())}
}

// ask makes a request of each service.
func ask(ctx context.Context, t *testing.T, c *virtual.Cloud) {
	t.Helper()
	if _, err := c.Store().Read(ctx, "u"); err != nil {
		t.Error(err)
	}
	if errs := slices.Concat(c.Bus().Send(ctx, envelopes(c)), c.Queue().Send(ctx, envelopes(c))); errs[0] != nil || errs[1] != nil {
		t.Errorf("sending: %v", errs)
	}
}

// A request takes the time of its service. Those for DynamoDB are made sixteen at a time
// by apply, where that is the pipeline's own; see TestAChangeGoesThroughInVirtualTime.
func TestRequestsTakeTheTimeOfTheirService(t *testing.T) {
	for _, sideBySide := range []bool{false, true} {
		var at []string
		c, l := newCloud(t, virtual.Options{SideBySide: sideBySide, Latencies: different, Refuse: func(r virtual.Request) *wire.Error {
			at = append(at, r.At.Sub(start).String())
			return nil
		}})
		c.Replace(virtual.Apply, func(ctx context.Context, _ []byte) ([]byte, error) {
			c.Replace(virtual.Apply, silent)
			ask(ctx, t, c)
			return silent(ctx, nil)
		})
		c.Replace(virtual.Republish, silent)
		c.At(start, func() { c.Bus().Send(context.Background(), envelopes(c)) })
		c.At(start.Add(5*time.Second), func() { // nobody's invocation: at once
			if err := c.Sleep(context.Background(), time.Hour); err != nil {
				t.Error(err)
			}
			ask(context.Background(), t, c)
		})
		run(t, c)
		want := []string{"0s", "1.033s", "1.133s", "2.133s", "5s", "5s", "5s"}
		if diff := cmp.Diff(want, at); diff != "" {
			t.Errorf("side by side %t: requests (-want +got):\n%s", sideBySide, diff)
		}
		var took []time.Duration
		for _, f := range l.finished(virtual.Apply) { // once more for the change that it sent
			took = append(took, f.Duration)
		}
		if slices.Sort(took); !slices.Equal(took[len(took)-2:], []time.Duration{time.Millisecond, 1133 * time.Millisecond}) {
			t.Errorf("side by side %t: it took %s", sideBySide, took)
		}
	}
}

// A function behind the HTTP API makes one request after the other. It is billed for its
// time, and the API for the larger of request and answer.
func TestTheAPIIsServed(t *testing.T) {
	c, l := newCloud(t, virtual.Options{Latencies: different})
	for _, sizes := range [][2]int{{7, 5}, {5, 7}} {
		answer, err := c.Serve(virtual.Get, make([]byte, sizes[0]), func(ctx context.Context, _ []byte) ([]byte, error) {
			_, err := c.Store().Read(ctx, "u")
			return []byte(strings.Repeat("7", sizes[1])), err
		})
		if err != nil || len(answer) != sizes[1] {
			t.Errorf("answered %d bytes, %v", len(answer), err)
		}
	}
	run(t, c)
	want := apigateway.Answered{Function: virtual.Get, Duration: 33 * time.Millisecond, Bytes: 7, Status: 200}
	var served []apigateway.Answered
	for _, f := range l.facts {
		if f, ok := f.(apigateway.Answered); ok {
			served = append(served, f)
		}
	}
	if diff := cmp.Diff([]apigateway.Answered{want, want}, served); diff != "" || c.Now() != start.Add(33*time.Millisecond) {
		t.Errorf("it ended at %s: -want +got:\n%s", c.Now(), diff)
	}
}

// A publisher has five attempts on either route.
func TestPublishersTryAgain(t *testing.T) {
	for _, sideBySide := range []bool{false, true} {
		refused := map[string]int{}
		c, _ := newCloud(t, virtual.Options{SideBySide: sideBySide, Refuse: func(r virtual.Request) *wire.Error {
			refused[r.Target]++
			return wire.Errorf("ThrottlingException", "Rate exceeded")
		}})
		publish := func() {
			if errs := slices.Concat(c.Bus().Send(context.Background(), envelopes(c)), c.Queue().Send(context.Background(), envelopes(c))); errs[0] == nil || errs[1] == nil {
				t.Errorf("all was refused: %v", errs)
			}
		}
		c.At(start, func() { c.Go(publish) })
		run(t, c)
		if diff := cmp.Diff(map[string]int{"AWSEvents.PutEvents": 5, "AmazonSQS.SendMessageBatch": 5}, refused); diff != "" {
			t.Errorf("side by side %t: -want +got:\n%s", sideBySide, diff)
		}
		// Five requests of 10 ms on each, and between them four pauses of up to 0.1 to 0.8 s: half of that, or
		// less or more by chance.
		half := 2 * (50 + 750) * time.Millisecond
		if took := c.Now().Sub(start); (took == half) == sideBySide || took < half/8 || took > 2*half {
			t.Errorf("side by side %t: it took %s", sideBySide, took)
		}
	}
}

// If requests are only counted, clients retry without a quota.
func TestRetriesAreNotBoundedWhereRequestsAreCounted(t *testing.T) {
	refused := 0
	var c *virtual.Cloud
	c, _ = newCloud(t, virtual.Options{Refuse: func(r virtual.Request) *wire.Error {
		if r.Target != write || c.Now().After(start.Add(20*time.Second)) {
			return nil
		}
		refused++
		return wire.Errorf("ThrottlingException", "too hot")
	}})
	publish(t, c, 0, users(60)...)
	run(t, c)
	if refused != 3*60 {
		t.Errorf("%d writes were refused, want three attempts of 60", refused)
	}
}

// Merges that take no time delay nothing, and do not wake their batch later.
func TestMergesMayTakeNoTime(t *testing.T) {
	c, l := newCloud(t, virtual.Options{SideBySide: true, Latencies: virtual.Latencies{Own: time.Millisecond, SQS: time.Second}})
	publish(t, c, 0, "u", "") // the second is a dead letter, and that takes a second
	run(t, c)
	if f := l.finished(virtual.Apply); len(f) != 1 || f[0].Duration != 1001*time.Millisecond {
		t.Errorf("finished: %+v", f)
	}
}

// Republish reserves a second for dead letters, and half a second to end.
func TestAnnouncingEndsBeforeTheTimeOut(t *testing.T) {
	c, l := newCloud(t, virtual.Options{SideBySide: true, Latencies: virtual.Latencies{Own: time.Millisecond, EventBridge: time.Minute}})
	c.At(start, func() { c.Bus().Send(context.Background(), envelopes(c)) })
	if err := c.Run(time.Minute); err == nil {
		t.Error("all was done, though nothing could be announced")
	}
	f := l.finished(virtual.Republish)
	if len(f) == 0 || f[0].Duration != 3500*time.Millisecond || f[0].Reason != "consumers: the only item of the batch failed, and comes again" {
		t.Errorf("finished: %+v", f)
	}
}

// A lane that is done takes its next batch at once, without waiting for the next poll.
func TestALaneGoesOnAtOnce(t *testing.T) {
	for _, sideBySide := range []bool{false, true} {
		c, l := newCloud(t, virtual.Options{SideBySide: sideBySide, Change: func(s *stack.Stack) {
			s.StreamMappings[0].BatchSize, s.StreamMappings[0].ParallelizationFactor = 1, 1
		}})
		publish(t, c, 100*time.Millisecond, users(3)...)
		run(t, c)
		var began []string
		for _, line := range l.lines {
			if at, ok := strings.CutSuffix(line, " "+virtual.Republish); ok {
				began = append(began, at)
			}
		}
		if diff := cmp.Diff([]string{"1.25s", "1.261s", "1.272s"}, began); diff != "" {
			t.Errorf("side by side %t: -want +got:\n%s", sideBySide, diff)
		}
	}
}

// Each function has a dead-letter queue of its own. Its letters name the reason and the
// user.
func TestDeadLettersLieWithTheirFunction(t *testing.T) {
	c, _ := newCloud(t, virtual.Options{SideBySide: true})
	publish(t, c, 0, "")
	_, err := c.DynamoDB().PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(c.Table()), Item: map[string]types.AttributeValue{"user_id": &types.AttributeValueMemberS{Value: "broken"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	run(t, c)
	for function, want := range map[string][2]string{virtual.Apply: {"malformed", ""}, virtual.Republish: {"unreadable", "broken"}} {
		i := slices.IndexFunc(c.Stack.Functions, func(f stack.Function) bool { return f.Name == function })
		url := c.Stack.Functions[i].Environment["DEAD_LETTER_QUEUE_URL"]
		q, _ := c.Queues.Queue(url[strings.LastIndex(url, "/")+1:])
		messages := q.Messages()
		if len(messages) != 1 || [2]string{messages[0].Attributes["ERROR_CODE"].StringValue, messages[0].Attributes["USER_ID"].StringValue} != want {
			t.Errorf("%s: %+v", function, messages)
		}
	}
}
