package eventbridge_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
)

// takeAll advances the clock until no more calls are returned.
func takeAll(t *testing.T, c *cloud) (out []*eventbridge.Call) {
	t.Helper()
	for at, ok := c.service.Wake(); ok; at, ok = c.service.Wake() {
		if at.Before(c.now) {
			t.Errorf("to be woken %v ago", c.now.Sub(at))
		}
		c.now = at
		out = append(out, c.service.CallsDue()...)
	}
	return out
}

// A receiver that never answers gets at most MaxCalls calls at a time. The others wait,
// at no cost.
func TestSoManyCallsAreOutToOneDestination(t *testing.T) {
	c := hooked(t, 0, eventbridge.TargetConfig{MaximumRetryAttempts: eventbridge.NoRetry})
	const more = 7
	for i := range eventbridge.MaxCalls + more {
		c.put(t, fmt.Sprintf(`{"n":%d}`, i))
	}
	out := takeAll(t, c)
	if len(out) != eventbridge.MaxCalls {
		t.Fatalf("%d calls are out, want %d", len(out), eventbridge.MaxCalls)
	}
	c.service.Recall(out[0]) // keeps its turn
	for i, call := range out[1:4] {
		c.service.Finish(call, eventbridge.Answer{Status: 200 + 300*(i%2)})
	}
	next := takeAll(t, c)
	if len(next) != 4 {
		t.Errorf("where 4 came back, %d went out", len(next))
	}
	out = append(out[4:], next...)
	for len(out) > 0 {
		c.service.Finish(out[0], eventbridge.Answer{Status: 200})
		out = append(out[1:], takeAll(t, c)...)
	}
	if taken, dead := len(factsOf[eventbridge.Delivered](c)), len(c.queues["dlq"].taken); taken != eventbridge.MaxCalls+more-1 || dead != 1 {
		t.Errorf("in the end %d are delivered, %d dead letters", taken, dead)
	}
	if !c.service.Idle() {
		t.Error("it is not idle in the end")
	}
}

// Those that had to wait still leave one after the other.
func TestWaitingCallsKeepToTheRateLimit(t *testing.T) {
	c := hooked(t, 10, eventbridge.TargetConfig{})
	for range eventbridge.MaxCalls + 2 {
		c.put(t, `{}`)
	}
	out := takeAll(t, c)
	c.now = c.now.Add(time.Minute)
	for _, call := range out {
		c.service.Finish(call, eventbridge.Answer{Status: 200})
	}
	if first := c.service.CallsDue(); len(first) != 1 {
		t.Errorf("%d leave at once", len(first))
	}
	c.now = c.now.Add(100 * time.Millisecond)
	if second := c.service.CallsDue(); len(second) != 1 {
		t.Errorf("%d leave after a tenth of a second", len(second))
	}
}

// A delivery that is too old when its turn comes passes the turn to the next one.
func TestOneThatIsTooOldKeepsNoTurn(t *testing.T) {
	c := hooked(t, 1, eventbridge.TargetConfig{MaximumEventAge: time.Minute})
	const rounds, each = 3, 60
	for range rounds {
		for range each {
			c.put(t, `{}`)
		}
		for at, ok := c.service.Wake(); ok; at, ok = c.service.Wake() {
			c.now = at
			for _, call := range c.service.CallsDue() {
				c.service.Finish(call, eventbridge.Answer{Status: 500})
			}
		}
	}
	if dead := len(c.queues["dlq"].taken); dead != rounds*each || !c.service.Idle() {
		t.Errorf("%d dead letters of %d, idle: %t", dead, rounds*each, c.service.Idle())
	}
	for range eventbridge.MaxCalls {
		c.put(t, `{}`)
	}
	if n := len(takeAll(t, c)); n != eventbridge.MaxCalls {
		t.Errorf("afterwards %d go out at a time, want %d", n, eventbridge.MaxCalls)
	}
}

// The memory for events that wait for an absent receiver is bounded.
func TestWhatWaitsForADestinationIsBounded(t *testing.T) {
	c := hooked(t, 0, eventbridge.TargetConfig{MaximumRetryAttempts: 1})
	detail := `{"a":"` + strings.Repeat("x", 1000) + `"}`
	c.put(t, detail)
	first := one(t, c)
	c.service.SetCallRoom(2 * (len(first.Body) + len(detail)))
	c.put(t, detail)
	c.put(t, detail) // has no room
	letters := func() int { return len(c.queues["dlq"].taken) }
	if letters() != 1 {
		t.Fatalf("%d dead letters, want one", letters())
	}
	why := c.queues["dlq"].taken[0].Attributes
	if why["ERROR_CODE"] != "RESOURCE_LIMIT_EXCEEDED" || !strings.Contains(why["ERROR_MESSAGE"], "the API destination hook") || why["RETRY_ATTEMPTS"] != "0" {
		t.Errorf("the dead letter says %v", why)
	}
	c.service.Finish(first, eventbridge.Answer{Status: 200}) // leaves room for one
	c.put(t, detail)
	c.put(t, detail)
	if letters() != 2 {
		t.Errorf("%d dead letters after there was room for one more, want 2", letters())
	}
	for range 2 { // given up, both leave their room
		for _, call := range takeAll(t, c) {
			c.service.Finish(call, eventbridge.Answer{Status: 500})
		}
	}
	c.put(t, detail)
	c.put(t, detail)
	if letters() != 4 {
		t.Errorf("%d dead letters, want those of before and two that failed", letters())
	}
}

// A replaced destination still counts the calls that are under way.
func TestADestinationIsReplacedUnderItsCalls(t *testing.T) {
	c := hooked(t, 0, eventbridge.TargetConfig{})
	for range eventbridge.MaxCalls + 1 {
		c.put(t, `{}`)
	}
	out := takeAll(t, c)
	if err := c.service.PutAPIDestination(eventbridge.APIDestination{Name: "hook", ARN: hookARN, Method: "PUT", URL: "http://127.0.0.1:9/other"}); err != nil {
		t.Fatal(err)
	}
	c.service.Finish(out[0], eventbridge.Answer{Status: 200})
	if next := takeAll(t, c); len(next) != 1 || next[0].Method != "PUT" {
		t.Errorf("the one that waited: %+v", next)
	}
}
