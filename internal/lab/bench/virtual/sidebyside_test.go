package virtual_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/batch"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

const write = "DynamoDB_20120810.UpdateItem"

func users(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("u%d", i)
	}
	return all
}

// finished are a function's invocations.
func (l *log) finished(function string) (all []lambda.Finished) {
	for _, f := range l.facts {
		if f, ok := f.(lambda.Finished); ok && f.Invocation.Function == function {
			all = append(all, f)
		}
	}
	return all
}

func run(t *testing.T, c *virtual.Cloud) {
	t.Helper()
	if err := c.Run(time.Hour); err != nil {
		t.Fatal(err)
	}
}

func TestRequestsTakePlaceAtTheirTimes(t *testing.T) {
	c, l := newCloud(t, virtual.Options{SideBySide: true})
	publish(t, c, 100*time.Millisecond, "u")
	run(t, c)
	want := []string{
		"100ms PreferenceChange",
		"1.1s applyPreferenceChanges",
		"1.106s applyPreferenceChanges took 6ms",
		"1.25s republishPreferences",
		"1.261s PreferencesUpdated",
		"1.261s republishPreferences took 11ms",
	}
	if diff := cmp.Diff(want, l.lines); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Sixteen users of a batch are written at a time. A refused one is retried twice, each
// time 300 ms later, and delays no other.
func TestUsersOfABatchAreWrittenSideBySide(t *testing.T) {
	var writes []string
	var c *virtual.Cloud
	c, l := newCloud(t, virtual.Options{SideBySide: true, Refuse: func(r virtual.Request) *wire.Error {
		if r.Target != write {
			return nil
		}
		writes = append(writes, r.At.Sub(start.Add(time.Second)).String())
		if strings.Contains(string(r.Body), `"u0"`) {
			return wire.Errorf("ThrottlingException", "too hot")
		}
		return nil
	}})
	publish(t, c, 0, users(20)...)
	c.At(start.Add(2*time.Second), func() {
		f := l.finished(virtual.Apply)
		if len(f) != 1 || f[0].Duration != 616*time.Millisecond || len(f[0].Failures) != 1 {
			t.Errorf("finished: %+v", f)
		}
		want := slices.Concat(slices.Repeat([]string{"6ms"}, 16), slices.Repeat([]string{"11ms"}, 4), []string{"311ms", "616ms"})
		if diff := cmp.Diff(want, writes); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
	run(t, c)
}

// Requests are retried as often, and with the same delays, as by the functions'
// clients.
func TestRetriesAreTheFunctions(t *testing.T) {
	for name, value := range map[string]string{"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "none"} {
		t.Setenv(name, value)
	}
	cfg, err := awsconfig.FromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	theirs := cfg.Retryer()
	c, _ := newCloud(t, virtual.Options{SideBySide: true})
	bus, usual := c.Retry(), batch.WithDefaults(events.Retry{})
	if bus.Attempts != usual.Attempts || bus.Base != usual.Base || bus.Cap != usual.Cap || bus.Random() == bus.Random() {
		t.Errorf("events are offered again by %+v, and usually by %+v", bus, usual)
	}
	ours := c.Config().Retryer()
	if theirs.MaxAttempts() != ours.MaxAttempts() {
		t.Errorf("%d attempts, and a function makes %d", ours.MaxAttempts(), theirs.MaxAttempts())
	}
	for attempt := 1; attempt < theirs.MaxAttempts(); attempt++ {
		want, err := theirs.RetryDelay(attempt, errors.New("throttled"))
		if err != nil {
			t.Fatal(err)
		}
		c.Go(func() {
			before := c.Now()
			if rest, err := ours.RetryDelay(attempt, errors.New("throttled")); rest != 0 || err != nil || c.Now().Sub(before) != want {
				t.Errorf("after attempt %d it waits %s, want %s; then %s, %v", attempt, c.Now().Sub(before), want, rest, err)
			}
		})
		run(t, c)
	}
}

// The SDK's clients stop retrying when too much fails: after 100 retries for each
// environment of a function.
func TestRetriesAreBounded(t *testing.T) {
	refused := 0
	c, l := newCloud(t, virtual.Options{SideBySide: true, Refuse: func(r virtual.Request) *wire.Error {
		if r.Target != write {
			return nil
		}
		refused++
		return wire.Errorf("ThrottlingException", "too hot")
	}})
	publish(t, c, 0, users(60)...)
	for until, want := range map[time.Duration]int{30 * time.Second: 60 + 60 + 40, time.Minute: 60 + 60 + 40 + 60} {
		c.At(start.Add(until), func() { // received anew, by the same environment
			if f := l.finished(virtual.Apply); len(f[0].Failures) != 60 || refused != want {
				t.Errorf("after %s %d writes were refused, want %d; %d failed", until, refused, want, len(f[0].Failures))
			}
		})
	}
	if err := c.Run(time.Minute); err == nil {
		t.Error("all was done, though nothing could be written")
	}
}

// Apply stops half a second before its timeout. Changes that are not stored by then are
// redelivered after the queue's visibility timeout, 30 s.
func TestABatchEndsBeforeTheTimeOut(t *testing.T) {
	slow := virtual.Usual
	slow.DynamoDB = 2 * time.Second
	c, l := newCloud(t, virtual.Options{SideBySide: true, Latencies: slow})
	publish(t, c, 0, users(40)...)
	run(t, c)
	f := l.finished(virtual.Apply)
	if f[0].Duration != 4500*time.Millisecond || len(f[0].Failures) != 8 || f[0].Reason != "reported by the function" {
		t.Errorf("took %s, and %d failed: %s", f[0].Duration, len(f[0].Failures), f[0].Reason)
	}
	if !slices.Contains(l.lines, "30s applyPreferenceChanges") && !slices.Contains(l.lines, "31s applyPreferenceChanges") {
		t.Errorf("nothing came again after 30 s: %v", l.lines)
	}
	if n := announcements(l); n != 40 {
		t.Errorf("%d users were announced", n)
	}
}

// A function that ignores its deadline is ended, and its whole batch is redelivered.
func TestAFunctionTimesOut(t *testing.T) {
	c, l := newCloud(t, virtual.Options{SideBySide: true})
	c.Replace(virtual.Apply, func(context.Context, []byte) ([]byte, error) {
		_ = c.Sleep(context.Background(), time.Minute)
		c.Restore(virtual.Apply)
		return []byte(`{"batchItemFailures":[]}`), nil
	})
	publish(t, c, 0, users(3)...)
	run(t, c)
	f := l.finished(virtual.Apply)
	if len(f) != 2 || f[0].Duration != 5*time.Second || len(f[0].Failures) != 3 || !errors.Is(f[0].Result.Err, virtual.ErrTimedOut) || len(f[1].Failures) != 0 {
		t.Errorf("finished: %+v", f)
	}
	if n := announcements(l); n != 3 {
		t.Errorf("%d users were announced", n)
	}
}

// The handler runs twice, and its effects happen once.
func TestARefusedChangeIsOneDeadLetter(t *testing.T) {
	logged := map[bool]int64{}
	for _, sideBySide := range []bool{false, true} {
		c, l := newCloud(t, virtual.Options{SideBySide: sideBySide})
		c.At(start, func() {
			early := events.NewClockOf(func() time.Time { return start.Add(time.Hour) }, strings.NewReader(strings.Repeat("x", 10)))
			change := events.PreferenceChange{ID: early.Next(), UserID: "u", Preferences: events.Preferences{"tone": events.Text("dry")}}
			c.Bus().Send(context.Background(), []events.Envelope{events.ChangeEnvelope("test", &change, c.Now())})
		})
		run(t, c)
		sent := 0
		for _, f := range l.facts {
			if f, ok := f.(sqs.Requested); ok && f.Operation == "SendMessage" {
				sent++
			}
		}
		// A line contains the time, without trailing zeros.
		if logged[sideBySide] = c.Logged; sent != 1 || logged[true] > logged[false]+40 {
			t.Errorf("%d dead letters, and bytes are logged: %v", sent, logged)
		}
	}
}

func announcements(l *log) (n int) {
	for _, f := range l.facts {
		if f, ok := f.(eventbridge.Put); ok && f.Event.DetailType == events.DetailTypeUpdated {
			n++
		}
	}
	return n
}

// Batches wait for earlier ones if their concurrency is bounded.
func TestBatchesWaitForTheirTurn(t *testing.T) {
	for sideBySide, took := range map[bool]time.Duration{
		true:  6 * time.Millisecond,
		false: time.Millisecond + 10*5*time.Millisecond/16, // sixteen at a time, on average
	} {
		c, l := newCloud(t, virtual.Options{
			Stage: "dev", SideBySide: sideBySide, Concurrent: func(string, time.Duration) int { return 1 },
		})
		publish(t, c, 0, users(20)...) // dev has batches of ten
		run(t, c)
		var batches []string
		for _, line := range l.lines {
			if strings.Contains(line, virtual.Apply) {
				batches = append(batches, line)
			}
		}
		want := []string{
			"0s applyPreferenceChanges", fmt.Sprintf("%s applyPreferenceChanges took %[1]s", took),
			fmt.Sprintf("%s applyPreferenceChanges", took), fmt.Sprintf("%s applyPreferenceChanges took %s", 2*took, took),
		}
		if diff := cmp.Diff(want, batches); diff != "" {
			t.Errorf("side by side %t: -want +got:\n%s", sideBySide, diff)
		}
	}
}

// Deliveries that are not allowed are late, and nothing is lost. They are attempted
// four times a second, whatever else happens.
func TestDeliveriesAreHeld(t *testing.T) {
	attempts := 0
	c, l := newCloud(t, virtual.Options{SideBySide: true, Deliver: func(now time.Time) bool {
		attempts++
		return now.Sub(start) >= 2100*time.Millisecond
	}})
	publish(t, c, 5*time.Millisecond, "u") // within a quarter of a second
	for i := range 10 {
		publish(t, c, time.Duration(10*(i+1))*time.Millisecond, fmt.Sprint(i))
	}
	run(t, c)
	if n := announcements(l); !slices.Contains(l.lines, "3.25s applyPreferenceChanges") || n != 11 || attempts != 9+11 {
		t.Errorf("%d were announced, %d were asked for: %v", n, attempts, l.lines)
	}
}
