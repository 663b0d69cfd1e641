package eventbridge_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
)

const hookARN = "arn:aws:events:us-east-1:123456789012:api-destination/hook/1"

// hooked is a cloud with a single rule, which sends everything to an API destination.
func hooked(t *testing.T, rate int, target eventbridge.TargetConfig) *cloud {
	t.Helper()
	c := newCloud(t, "dlq")
	err := c.service.PutAPIDestination(eventbridge.APIDestination{
		Name: "hook", ARN: hookARN, Method: "POST", URL: "http://127.0.0.1:9/hook", Header: map[string]string{"X-Secret": "s"}, RatePerSecond: rate,
	})
	if err != nil {
		t.Fatal(err)
	}
	target.ID, target.ARN, target.RoleARN, target.DeadLetterARN = "hook", hookARN, "arn:aws:iam::123456789012:role/r", queueARN+"dlq"
	c.rule(t, "all", anything, target)
	return c
}

func one(t *testing.T, c *cloud) *eventbridge.Call {
	t.Helper()
	calls := c.service.CallsDue()
	if len(calls) != 1 {
		t.Fatalf("%d calls are due, want one", len(calls))
	}
	return calls[0]
}

func TestCallIsTheWholeRequest(t *testing.T) {
	c := hooked(t, 0, eventbridge.TargetConfig{InputPath: "$.detail"})
	c.put(t, `{"a":1}`)
	call := one(t, c)
	if call.Method != "POST" || call.URL != "http://127.0.0.1:9/hook" || call.Body != `{"a":1}` {
		t.Errorf("%s %s %s", call.Method, call.URL, call.Body)
	}
	for name, want := range map[string]string{
		"X-Secret": "s", "Content-Type": "application/json; charset=utf-8", "User-Agent": "Amazon/EventBridge/ApiDestinations",
	} {
		if got := call.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if c.service.Idle() || len(c.service.CallsDue()) != 0 || len(c.service.Pending()) != 0 {
		t.Error("a call that is out is idle, or handed out twice")
	}
	c.service.Finish(call, eventbridge.Answer{Status: 204})
	if _, wakes := c.service.Wake(); !c.service.Idle() || wakes || len(factsOf[eventbridge.Delivered](c)) != 1 {
		t.Error("it is not over")
	}
}

// What EventBridge's user guide says of each status.
func TestAnswersThatAreRetried(t *testing.T) {
	for status, again := range map[int]bool{
		100: false, 301: false, 304: false, 400: false, 403: false, 404: false, 410: false, 422: false,
		401: true, 407: true, 409: true, 429: true, 500: true, 503: true, 599: true,
	} {
		c := hooked(t, 0, eventbridge.TargetConfig{})
		c.put(t, `{}`)
		c.service.Finish(one(t, c), eventbridge.Answer{Status: status})
		failed, dead := factsOf[eventbridge.Failed](c), factsOf[eventbridge.DeadLettered](c)
		if got := len(failed) == 1; got != again || len(dead) == len(failed) {
			t.Errorf("%d: %d retries, %d dead letters", status, len(failed), len(dead))
		}
		if !again && dead[0].Delivery.Attributes["ERROR_CODE"] != "SDK_CLIENT_ERROR" {
			t.Errorf("%d: %v", status, dead[0].Delivery.Attributes)
		}
	}
}

func TestCallsAreRepeatedAsThePolicySays(t *testing.T) {
	c := hooked(t, 0, eventbridge.TargetConfig{MaximumRetryAttempts: 2})
	c.put(t, `{"n":1}`)
	c.put(t, `{"n":2}`) // is delivered meanwhile
	var bodies []string
	for range 3 + 1 + 1 { // and one that finds the second's slot taken
		c.now, _ = c.service.Wake()
		for _, call := range c.service.CallsDue() {
			bodies = append(bodies, call.Body[len(call.Body)-8:])
			answer := eventbridge.Answer{Err: errors.New("no answer within 5 s")}
			if len(bodies) == 2 {
				answer = eventbridge.Answer{Status: 200}
			}
			c.service.Finish(call, answer)
		}
	}
	if diff := cmp.Diff([]string{`{"n":1}}`, `{"n":2}}`, `{"n":1}}`, `{"n":1}}`}, bodies); diff != "" {
		t.Error(diff)
	}
	want := map[string]string{
		"RULE_ARN": ruleARN, "TARGET_ARN": hookARN, "ERROR_CODE": "ERROR_FROM_TARGET", "RETRY_ATTEMPTS": "2",
		"ERROR_MESSAGE": "Unable to invoke ApiDestination endpoint: no answer within 5 s", "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
	}
	if letters := c.queues["dlq"].taken; len(letters) != 1 {
		t.Errorf("%d dead letters", len(letters))
	} else if diff := cmp.Diff(want, letters[0].Attributes); diff != "" {
		t.Error(diff)
	}
}

func TestRetryAfterIsHeededWhereItIsLonger(t *testing.T) {
	for header, want := range map[string][2]time.Duration{
		"60":                            {time.Minute, time.Minute},
		"0":                             {500 * time.Millisecond, time.Second},
		"soon":                          {500 * time.Millisecond, time.Second},
		"Mon, 23 Nov 2026 10:02:00 GMT": {2 * time.Minute, 2 * time.Minute},
		"999999999999":                  {time.Second * 86400, time.Second * 86400},
	} {
		c := hooked(t, 0, eventbridge.TargetConfig{})
		c.put(t, `{}`)
		c.service.Finish(one(t, c), eventbridge.Answer{Status: 503, RetryAfter: header})
		at, _ := c.service.Wake()
		if wait := at.Sub(c.now); wait < want[0] || wait > want[1] {
			t.Errorf("%s: again after %v", header, wait)
		}
		if !c.service.Idle() {
			t.Error("a call that waits to be repeated keeps the service from being idle")
		}
		if c.now = at; want[1] > time.Hour {
			continue // it is too old by then
		}
		if one(t, c); c.service.Idle() {
			t.Error("a repeated call that is out leaves the service idle")
		}
	}
	c := hooked(t, 0, eventbridge.TargetConfig{})
	c.put(t, `{}`)
	c.service.Finish(one(t, c), eventbridge.Answer{Status: 503, RetryAfter: "-1"})
	if n := len(c.queues["dlq"].taken); n != 1 {
		t.Errorf("a negative Retry-After leaves %d dead letters, want one", n)
	}
}

func TestCallsKeepToTheRateLimit(t *testing.T) {
	c := hooked(t, 10, eventbridge.TargetConfig{})
	start := c.now
	for range 5 {
		c.put(t, `{}`)
	}
	var left []time.Duration
	for at, ok := c.service.Wake(); ok; at, ok = c.service.Wake() {
		c.now = at
		for _, call := range c.service.CallsDue() {
			left = append(left, c.now.Sub(start))
			c.service.Finish(call, eventbridge.Answer{Status: 200})
		}
	}
	const ms = time.Millisecond
	if diff := cmp.Diff([]time.Duration{0, 100 * ms, 200 * ms, 300 * ms, 400 * ms}, left); diff != "" {
		t.Error(diff)
	}
}

// Repeated calls count too.
func TestRetriesKeepToTheRateLimit(t *testing.T) {
	c := hooked(t, 1, eventbridge.TargetConfig{MaximumRetryAttempts: 1})
	var last time.Time
	for range 2 {
		c.put(t, `{}`)
	}
	for at, ok := c.service.Wake(); ok; at, ok = c.service.Wake() {
		c.now = at
		for _, call := range c.service.CallsDue() {
			if c.now.Sub(last) < time.Second {
				t.Errorf("a call only %v after the one before", c.now.Sub(last))
			}
			last = c.now
			c.service.Finish(call, eventbridge.Answer{Status: 500})
		}
	}
}

func TestTooOldAndMissingEndAsDeadLetters(t *testing.T) {
	c := hooked(t, 0, eventbridge.TargetConfig{MaximumEventAge: time.Minute})
	c.put(t, `{}`)
	c.service.Finish(one(t, c), eventbridge.Answer{Status: 500, RetryAfter: "3600"})
	c.now, _ = c.service.Wake()
	if n := len(c.service.CallsDue()); n != 0 || c.queues["dlq"].taken[0].Attributes["EXHAUSTED_RETRY_CONDITION"] != "MaximumEventAgeInSeconds" {
		t.Errorf("%d calls after a minute, dead letters %v", n, c.queues["dlq"].taken)
	}
	c.rule(t, "all", anything, eventbridge.TargetConfig{ID: "hook", ARN: hookARN + "0", RoleARN: "r", DeadLetterARN: queueARN + "dlq"})
	c.put(t, `{}`)
	if n := len(c.service.CallsDue()); n != 0 || c.queues["dlq"].taken[1].Attributes["ERROR_CODE"] != "NO_RESOURCE" {
		t.Errorf("%d calls to what does not exist", n)
	}
}

func TestWhatIsNoAPIDestination(t *testing.T) {
	good := eventbridge.APIDestination{Name: "hook", ARN: hookARN, Method: "POST", URL: "https://example.com"}
	for what, spoil := range map[string]func(*eventbridge.APIDestination){
		"scheme": func(d *eventbridge.APIDestination) { d.URL = "ftp://example.com" },
		"host":   func(d *eventbridge.APIDestination) { d.URL = "https:///x" },
		"method": func(d *eventbridge.APIDestination) { d.Method = "TRACE" },
		"ARN":    func(d *eventbridge.APIDestination) { d.ARN = queueARN + "q" },
		"rate":   func(d *eventbridge.APIDestination) { d.RatePerSecond = -1 },
	} {
		d := good
		spoil(&d)
		if newCloud(t).service.PutAPIDestination(d) == nil {
			t.Errorf("another %s is taken", what)
		}
	}
	c := newCloud(t)
	if err := c.service.PutRule("", "r", anything); err != nil {
		t.Fatal(err)
	}
	for _, target := range []eventbridge.TargetConfig{{ID: "t", ARN: hookARN}, {ID: "t", ARN: hookARN, RoleARN: "r", MessageGroupID: "g"}} {
		if c.service.PutTarget("", "r", target) == nil {
			t.Errorf("taken: %+v", target)
		}
	}
}
