package virtual_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// setTimeout sets a function's timeout, from its next invocation on.
func setTimeout(c *virtual.Cloud, function string, seconds int) {
	i := slices.IndexFunc(c.Stack.Functions, func(f stack.Function) bool { return f.Name == function })
	c.Stack.Functions[i].TimeoutSeconds = seconds
}

// If an environment has used up its retries, its next invocation has none left. After a
// timeout the environment is gone, and the next invocation gets a new one with a client
// of its own.
func TestAnEnvironmentThatTimedOutIsNotUsedAgain(t *testing.T) {
	refused := 0
	slow := virtual.Usual
	slow.Own = time.Second
	c, l := newCloud(t, virtual.Options{SideBySide: true, Latencies: slow, Refuse: func(r virtual.Request) *wire.Error {
		if r.Target != write || r.At.After(start.Add(80*time.Second)) {
			return nil
		}
		refused++
		return wire.Errorf("ThrottlingException", "too hot")
	}})
	publish(t, c, 0, users(60)...)
	expect := func(at time.Duration, invocations, writes, timeout int) {
		c.At(start.Add(at), func() {
			if n := len(l.finished(virtual.Apply)); n != invocations || refused != writes {
				t.Errorf("after %s: %d invocations, want %d, and %d refused writes, want %d", at, n, invocations, refused, writes)
			}
			setTimeout(c, virtual.Apply, timeout)
		})
	}
	const retries = 100 // of a client
	expect(20*time.Second, 1, 60+retries, 1)
	expect(50*time.Second, 2, 60+retries, 5) // it ended before it made a request
	expect(80*time.Second, 3, 60+retries+60+retries, 5)
	run(t, c)
	if n := announcements(l); n != 60 {
		t.Errorf("%d users were announced", n)
	}
}

// Two batches get one environment each, and later batches use them again.
func TestAnEnvironmentDoesOneThingAtATime(t *testing.T) {
	c, _ := newCloud(t, virtual.Options{Stage: "dev", SideBySide: true}) // dev has batches of ten
	var used [2]int
	for i := range used {
		busy := false
		c.Keep(virtual.Apply, func(ctx context.Context, _ []byte) ([]byte, error) {
			if busy {
				t.Error("an environment has two batches at a time")
			}
			busy = true
			defer func() { busy = false }()
			used[i]++
			return []byte(`{}`), c.Sleep(ctx, time.Second)
		})
	}
	for i := range 2 {
		at := time.Duration(i) * 10 * time.Second
		publish(t, c, at, users(20)...)
		c.At(start.Add(at+5*time.Second), func() {
			if want := [2]int{i + 1, i + 1}; used != want {
				t.Errorf("after %d times two batches the environments have had %v", i+1, used)
			}
		})
	}
	run(t, c)
}

// A handler that replaced the pipeline's has no effect after Restore.
func TestARestoredFunctionIsThePipelines(t *testing.T) {
	c, l := newCloud(t, virtual.Options{SideBySide: true})
	c.Replace(virtual.Apply, silent)
	publish(t, c, 0, "u")
	c.At(start.Add(5*time.Second), func() { c.Restore(virtual.Apply) })
	publish(t, c, 10*time.Second, "v")
	run(t, c)
	if n := announcements(l); n != 1 {
		t.Errorf("%d users were announced, want the second", n)
	}
}

// A request that would end exactly at the timeout is too late, and is not carried out.
func TestARequestThatIsDueAtTheEndIsNotMade(t *testing.T) {
	for spare, want := range map[time.Duration]int{0: 0, time.Nanosecond: 1} {
		made := 0
		c, l := newCloud(t, virtual.Options{
			SideBySide: true,
			Latencies:  virtual.Latencies{Own: time.Second, DynamoDB: 4*time.Second - spare}, // of 5 s
			Refuse: func(r virtual.Request) *wire.Error {
				if r.Target == write {
					made++
				}
				return nil
			},
		})
		c.Replace(virtual.Apply, func(ctx context.Context, _ []byte) ([]byte, error) {
			c.Replace(virtual.Apply, silent)
			change := events.PreferenceChange{ID: c.Stamps().Next(), UserID: "u", Preferences: events.Preferences{"tone": events.Text("dry")}}
			_, err := c.Store().Merge(ctx, "u", events.Fold(change))
			return []byte(`{"batchItemFailures":[]}`), err
		})
		publish(t, c, 0, "u")
		run(t, c)
		f := l.finished(virtual.Apply)
		if made != want || len(f[0].Failures) != 1-want || f[0].Duration != 5*time.Second-spare {
			t.Errorf("%s before the end %d requests were made, want %d; finished: %+v", spare, made, want, f[0])
		}
	}
}

// silent is a function that does nothing, and does not log.
func silent(context.Context, []byte) ([]byte, error) { return []byte(`{}`), nil }

// Lambda logs its own lines for each invocation, whatever invokes the function.
func TestLambdaLogsInvocations(t *testing.T) {
	for _, format := range []string{"JSON", "Text"} {
		for _, sideBySide := range []bool{false, true} {
			c, l := newCloud(t, virtual.Options{SideBySide: sideBySide, Change: func(s *stack.Stack) {
				for i := range s.Functions {
					s.Functions[i].LogFormat = format
				}
			}})
			c.Replace(virtual.Apply, silent)
			publish(t, c, 0, "u")
			run(t, c)
			if n := len(l.finished(virtual.Apply)); n != 1 || c.Logged != billing.PlatformLog(format) {
				t.Errorf("side by side %t, format %s: %d invocations have logged %d bytes", sideBySide, format, n, c.Logged)
			}
			if _, err := c.Serve(virtual.Update, nil, silent); err != nil || c.Logged != 2*billing.PlatformLog(format) {
				t.Errorf("format %s: with a request of the API %d bytes are logged, %v", format, c.Logged, err)
			}
		}
	}
}
