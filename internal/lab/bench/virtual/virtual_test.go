package virtual_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// a log of what happened, and when.
type log struct {
	cloud *virtual.Cloud
	lines []string
	facts []world.Fact
}

func (l *log) observe(f world.Fact) {
	l.facts = append(l.facts, f)
	at := l.cloud.Now().Sub(start).String() + " "
	switch f := f.(type) {
	case eventbridge.Put:
		l.lines = append(l.lines, at+f.Event.DetailType)
	case lambda.Started:
		l.lines = append(l.lines, at+f.Invocation.Function)
	case lambda.Finished:
		l.lines = append(l.lines, at+f.Invocation.Function+" took "+f.Duration.String())
	}
}

func newCloud(t *testing.T, o virtual.Options) (*virtual.Cloud, *log) {
	t.Helper()
	l := &log{}
	o.Root, o.Start, o.Observe = "../../../..", start, l.observe
	c, err := virtual.New(o)
	if err != nil {
		t.Fatal(err)
	}
	l.cloud = c
	return c, l
}

// publish publishes a change of each user, in one request.
func publish(t *testing.T, c *virtual.Cloud, at time.Duration, users ...string) {
	c.At(start.Add(at), func() {
		var envelopes []events.Envelope
		clock := events.NewClockOf(c.Now, strings.NewReader(strings.Repeat("x", 10)))
		id := clock.Next()
		for _, user := range users {
			change := events.PreferenceChange{ID: id, UserID: user, Preferences: events.Preferences{"tone": events.Text("dry")}}
			envelopes = append(envelopes, events.ChangeEnvelope("test", &change, c.Now()))
		}
		for _, err := range c.Bus().Send(context.Background(), envelopes) {
			if err != nil {
				t.Error(err)
			}
		}
	})
}

// A change is merged when its window ends, and announced at the stream's next read.
func TestAChangeGoesThroughInVirtualTime(t *testing.T) {
	c, l := newCloud(t, virtual.Options{})
	publish(t, c, 100*time.Millisecond, "u")
	if err := c.Run(time.Minute); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"100ms PreferenceChange",
		"1.1s applyPreferenceChanges",
		"1.1013125s applyPreferenceChanges took 1.3125ms",
		"1.25s republishPreferences",
		"1.25s PreferencesUpdated",
		"1.261s republishPreferences took 11ms",
	}
	if diff := cmp.Diff(want, l.lines); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if p, err := c.Store().Read(context.Background(), "u"); err != nil || p.State.Visible()["tone"] != events.Text("dry") {
		t.Errorf("read %+v, %v", p, err)
	}
	if c.Logged < 2*900 || c.Logged > 2*1100 { // Lambda's own lines, and one of each function
		t.Errorf("two invocations logged %d bytes", c.Logged)
	}
}

func TestTheStackCanBeChanged(t *testing.T) {
	c, l := newCloud(t, virtual.Options{Change: func(s *stack.Stack) { s.QueueMappings[0].WindowSeconds = 7 }})
	publish(t, c, 0, "u")
	if err := c.Run(time.Minute); err != nil {
		t.Fatal(err)
	}
	if l.lines[1] != "7s applyPreferenceChanges" {
		t.Errorf("happened: %v", l.lines)
	}
}

// A refused request is retried, and that takes time.
func TestRefusedRequestsAreOfferedAgain(t *testing.T) {
	refused := 0
	c, l := newCloud(t, virtual.Options{Refuse: func(r virtual.Request) *wire.Error {
		if r.Target == "DynamoDB_20120810.UpdateItem" && refused < 2 {
			refused++
			return wire.Errorf("ProvisionedThroughputExceededException", "too hot")
		}
		return nil
	}})
	publish(t, c, 100*time.Millisecond, "u")
	if err := c.Run(time.Minute); err != nil {
		t.Fatal(err)
	}
	writes := 0
	for _, f := range l.facts {
		if _, ok := f.(dynamodb.Request); ok {
			writes++
		}
	}
	// Its own millisecond, three requests of a sixteenth of 5 ms, and twice 300 ms between them.
	if refused != 2 || writes != 1 || !slices.Contains(l.lines, "1.7019375s applyPreferenceChanges took 601.9375ms") {
		t.Errorf("%d requests were refused and %d carried out: %v", refused, writes, l.lines)
	}
}

// An invocation over the concurrency bound starts when another one ends.
func TestConcurrencyIsBounded(t *testing.T) {
	c, l := newCloud(t, virtual.Options{
		Stage: "dev",
		Concurrent: func(function string, after time.Duration) int {
			if function == virtual.Apply && after < 3*time.Second {
				return 0
			}
			return 1
		},
	})
	publish(t, c, 0, "u")
	if err := c.Run(time.Minute); err != nil {
		t.Fatal(err)
	}
	if l.lines[1] != "3s applyPreferenceChanges" {
		t.Errorf("happened: %v", l.lines)
	}
}

func TestARunThatTakesTooLongEnds(t *testing.T) {
	c, _ := newCloud(t, virtual.Options{Concurrent: func(string, time.Duration) int { return 0 }})
	publish(t, c, 0, "u")
	if err := c.Run(time.Minute); err == nil {
		t.Error("nothing could be done, and all was")
	}
}
