package dev

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/localaws/stack"
	"github.com/bot-preferences/bot-preferences/localaws/world"
)

// Two subscribers of one announcement: a function behind a queue, and an endpoint.
func TestFollowerTellsWhereAnAnnouncementGot(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	start := now
	var said []string
	f := newFollower([]Service{{Stack: &stack.Stack{
		QueueMappings: []stack.QueueMapping{{Function: "greet", Queue: "inbox"}},
		Destinations:  []stack.APIDestination{{Name: "hook", ARN: "arn:hook"}},
	}}}, func() time.Time { return now }, func(line string) { said = append(said, line) })
	u := events.PreferencesUpdated{UserID: "mia", Revision: 2, ChangedKeys: []string{"language"}, Preferences: events.Preferences{}, Changes: events.Preferences{}}
	e := events.Envelope{ID: "e1", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: u.AppendJSON(nil)}
	body := string(e.AppendJSON(nil))
	message := sqs.Message{ID: "m1", Body: body}
	delivery := func(arn string) eventbridge.Delivery {
		return eventbridge.Delivery{Event: eventbridge.Event{ID: "e1"}, Body: body, Target: eventbridge.TargetConfig{ARN: arn}, Accepted: start}
	}
	dead := delivery("arn:hook")
	dead.Attributes = map[string]string{"ERROR_MESSAGE": "it answered 400"}
	batch := &lambda.Invocation{Function: "greet", Items: []string{"m1"}}
	for _, fact := range []world.Fact{
		sqs.Sent{Queue: "inbox", Message: message},
		eventbridge.Delivered{Delivery: delivery("arn:inbox")},
		lambda.Started{Invocation: batch},
		lambda.Finished{Invocation: batch, Failures: []string{"m1"}},
		lambda.Started{Invocation: batch},
		eventbridge.Delivered{Delivery: delivery("arn:hook")},
		lambda.Finished{Invocation: batch},
		lambda.Finished{Invocation: batch}, // of nobody any more
		eventbridge.DeadLettered{Delivery: dead},
		sqs.Sent{Queue: "elsewhere", Message: message},
		sqs.Sent{Queue: "inbox", Message: sqs.Message{ID: "m2", Body: "{}"}},
		sqs.DeadLettered{From: "inbox", To: "dlq", Message: sqs.Message{ID: "m2"}},
	} {
		now = now.Add(time.Millisecond)
		f.observe(fact)
	}
	want := []string{
		"greet mia language: bus 1.0 queue 2.0 function 1.0 = 4.0 ms, failed: comes again",
		"hook mia language: bus and call 6.0 ms, delivered",
		"greet mia language: bus 1.0 queue 4.0 function 2.0 = 7.0 ms, taken",
		"hook mia language: dead letter: it answered 400",
		"greet unreadable announcement: dead letter in dlq",
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
	var table strings.Builder
	f.print(&table)
	if fields := strings.Fields(table.String()); !strings.Contains(strings.Join(fields, " "), "greet 1 7.0 7.0 7.0 hook 1 6.0 6.0 6.0") {
		t.Errorf("the table:\n%s", &table)
	}
	if len(f.messages) != 0 {
		t.Errorf("%d are kept", len(f.messages))
	}
}

func TestWhatAnAnnouncementSays(t *testing.T) {
	for want, u := range map[string]events.PreferencesUpdated{
		"mia a,b":        {ChangedKeys: []string{"a", "b"}},
		"mia (snapshot)": {ChangedKeys: []string{"a"}, Snapshot: true},
		"mia (erase),a":  {ChangedKeys: []string{"a"}, Erased: true},
		"mia 7 keys":     {ChangedKeys: []string{"a", "b", "c", "d", "e", "f", "g"}},
	} {
		u.UserID, u.Revision, u.Preferences, u.Changes = "mia", 1, events.Preferences{}, events.Preferences{}
		e := events.Envelope{ID: "e", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: u.AppendJSON(nil)}
		if got := whose(e.AppendJSON(nil)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
