package lambda_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

var asyncConfig = lambda.AsyncConfig{
	Function: "greet", FunctionARN: "arn:aws:lambda:us-east-1:123456789012:function:greeter-dev-greet", MaximumRetryAttempts: 2,
}

var failed = lambda.Result{Err: &lambda.FunctionError{Type: "errorString", Message: "no", Payload: []byte(`{"errorMessage":"no","errorType":"errorString"}`)}}

// invoked returns the next invocation, and fails the test if there is none.
func invoked(t *testing.T, q *lambda.AsyncQueue) *lambda.Invocation {
	t.Helper()
	inv, ok := q.Next()
	if !ok {
		t.Fatal("no invocation is due")
	}
	return inv
}

// waits checks that the next attempt is due after d, and not before, and turns the clock.
func waits(t *testing.T, b *bench, q *lambda.AsyncQueue, d time.Duration) {
	t.Helper()
	if _, ok := q.Next(); ok {
		t.Fatalf("an invocation is due at once, want one after %v", d)
	}
	if at, ok := q.Wake(); !ok || at.Sub(b.now) != d {
		t.Fatalf("wakes after %v (%v), want %v", at.Sub(b.now), ok, d)
	}
	b.turn(d)
}

func TestAsyncEventReachesTheFunctionOnce(t *testing.T) {
	b := newBench()
	q := lambda.NewAsyncQueue(b.World, asyncConfig, nil)
	q.Send([]byte(`{"a":1}`), "Root=1")
	inv := invoked(t, q)
	if inv.Function != "greet" || string(inv.Payload) != `{"a":1}` || inv.Trace != "Root=1" || inv.Mapping != "" || inv.Attempt != 1 {
		t.Errorf("invocation %+v", inv)
	}
	if _, ok := q.Next(); ok {
		t.Error("it is invoked twice")
	}
	q.Finish(inv, lambda.Result{Payload: []byte("null")})
	q.Finish(inv, lambda.Result{}) // nothing is in flight
	if s := q.State(); s.Buffered != 0 || len(s.InFlight) != 0 {
		t.Errorf("left: %+v", s)
	}
	if queued := factsOf[lambda.Queued](b); len(queued) != 1 || queued[0].ID != inv.ID {
		t.Errorf("queued: %+v", queued)
	}
}

// Lambda waits a minute, and then two. Developer guide, "How Lambda handles errors and
// retries with asynchronous invocation".
func TestAsyncEventIsTriedThreeTimes(t *testing.T) {
	b, l := newBench(), &letters{}
	q := lambda.NewAsyncQueue(b.World, asyncConfig, l)
	q.Send([]byte(`{"a":1,"a":2}`), "")
	first := invoked(t, q)
	q.Finish(first, failed)
	for attempt, wait := range []time.Duration{time.Minute, 2 * time.Minute} {
		waits(t, b, q, wait)
		again := invoked(t, q)
		if again.ID != first.ID || again.Attempt != attempt+2 {
			t.Errorf("attempt %d has the id %s, want %s again", again.Attempt, again.ID, first.ID)
		}
		q.Finish(again, failed)
	}
	if _, ok := q.Wake(); ok {
		t.Error("there is a fourth attempt")
	}
	want := `{"version":"1.0","timestamp":"2026-11-23T10:03:00.000Z",` +
		`"requestContext":{"requestId":"` + first.ID + `","functionArn":"` + asyncConfig.FunctionARN + `:$LATEST","condition":"RetriesExhausted","approximateInvokeCount":3},` +
		`"requestPayload":{"a":1,"a":2},"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},` +
		`"responsePayload":{"errorMessage":"no","errorType":"errorString"}}`
	if diff := cmp.Diff([]string{want}, l.bodies); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	given := factsOf[lambda.GivenUp](b)
	if len(given) != 1 || given[0].Message != want || given[0].Condition != "RetriesExhausted" {
		t.Errorf("given up: %+v", given)
	}
	if n := len(factsOf[lambda.Finished](b)); n != 3 {
		t.Errorf("%d ends, want 3", n)
	}
}

func TestAsyncRetriesThatTheConfigurationAllows(t *testing.T) {
	for retries := range 3 {
		b, c := newBench(), asyncConfig
		c.MaximumRetryAttempts = retries
		q := lambda.NewAsyncQueue(b.World, c, nil)
		q.Send([]byte("1"), "")
		runs := 0
		for {
			if inv, ok := q.Next(); ok {
				runs++
				q.Finish(inv, failed)
			} else if at, ok := q.Wake(); ok {
				b.now = at
			} else {
				break
			}
		}
		if runs != retries+1 {
			t.Errorf("%d retries: %d attempts", retries, runs)
		}
	}
}

func TestAsyncEventThatWouldBeTooOldIsGivenUp(t *testing.T) {
	b, l, c := newBench(), &letters{err: errors.New("gone")}, asyncConfig
	c.MaximumEventAge = 2 * time.Minute
	q := lambda.NewAsyncQueue(b.World, c, l)
	q.Send([]byte("1"), "")
	q.Finish(invoked(t, q), failed)
	waits(t, b, q, time.Minute)
	q.Finish(invoked(t, q), lambda.Result{Err: errors.New("plain")}) // the next attempt would be at 3 minutes
	given := factsOf[lambda.GivenUp](b)
	if len(given) != 1 || given[0].Condition != "EventAgeExceeded" || given[0].Err == nil || len(l.bodies) != 1 {
		t.Errorf("given up: %+v, records %v", given, l.bodies)
	}
}

func TestAsyncEventThatWaitedTooLongIsGivenUpWithoutAnAttempt(t *testing.T) {
	b, l := newBench(), &letters{}
	q := lambda.NewAsyncQueue(b.World, asyncConfig, l)
	q.Send([]byte("1"), "")
	b.turn(6 * time.Hour)
	if _, ok := q.Next(); ok {
		t.Error("an event of six hours was delivered")
	}
	if len(l.bodies) != 1 {
		t.Fatalf("records: %v", l.bodies)
	}
	id := factsOf[lambda.GivenUp](b)[0].ID
	want := fmt.Sprintf(`{"version":"1.0","timestamp":"2026-11-23T16:00:00.000Z","requestContext":{"requestId":%q,"functionArn":"%s:$LATEST","condition":"EventAgeExceeded","approximateInvokeCount":0},"requestPayload":1}`, id, asyncConfig.FunctionARN)
	if diff := cmp.Diff(want, l.bodies[0]); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

// The delay starts at one second, doubles and ends at five minutes. Throttles are no
// attempts.
func TestThrottledAsyncEventIsTriedUntilItIsTooOld(t *testing.T) {
	b, l := newBench(), &letters{}
	q := lambda.NewAsyncQueue(b.World, asyncConfig, l)
	q.Send([]byte("1"), "")
	throttled := lambda.Result{Err: fmt.Errorf("busy: %w", lambda.ErrThrottled)}
	for _, wait := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300} {
		inv := invoked(t, q)
		if inv.Attempt != 1 {
			t.Errorf("a throttle counts as an attempt: %d", inv.Attempt)
		}
		q.Finish(inv, throttled)
		waits(t, b, q, wait*time.Second)
	}
	q.Finish(invoked(t, q), failed)
	waits(t, b, q, time.Minute)
	q.Finish(invoked(t, q), throttled)
	waits(t, b, q, time.Second) // the function ran since: the delay starts again
	for len(l.bodies) == 0 {
		q.Finish(invoked(t, q), throttled)
		if at, ok := q.Wake(); ok {
			b.now = at
		}
	}
	if given := factsOf[lambda.GivenUp](b); given[0].Condition != "EventAgeExceeded" || b.now.Sub(start) > 6*time.Hour || b.now.Sub(start) < 5*time.Hour {
		t.Errorf("given up after %v: %+v", b.now.Sub(start), given)
	}
}

func TestAsyncInvocationsUnderWayAreBounded(t *testing.T) {
	b := newBench()
	q := lambda.NewAsyncQueue(b.World, asyncConfig, nil)
	for i := range 12 {
		q.Send(fmt.Appendf(nil, "%d", i), "")
	}
	var flying []*lambda.Invocation
	for inv, ok := q.Next(); ok; inv, ok = q.Next() {
		if want := fmt.Sprint(len(flying)); string(inv.Payload) != want {
			t.Errorf("event %s comes before %s", inv.Payload, want)
		}
		flying = append(flying, inv)
	}
	if _, ok := q.Wake(); ok || len(flying) != 10 || q.State().Buffered != 2 {
		t.Fatalf("%d under way, %d waiting", len(flying), q.State().Buffered)
	}
	q.Finish(flying[3], lambda.Result{})
	if inv := invoked(t, q); string(inv.Payload) != "10" {
		t.Errorf("then %s", inv.Payload)
	}
}

func TestAsyncConfigIsChecked(t *testing.T) {
	for _, c := range []lambda.AsyncConfig{
		{}, {Function: "f", MaximumRetryAttempts: 3}, {Function: "f", MaximumRetryAttempts: -1},
		{Function: "f", MaximumEventAge: 59 * time.Second}, {Function: "f", MaximumEventAge: 6*time.Hour + 1},
	} {
		if c.Validate() == nil {
			t.Errorf("%+v is valid", c)
		}
	}
}
