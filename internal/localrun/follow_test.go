package localrun

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// Two subscribers of one announcement: a function behind a queue, and an endpoint.
func TestFollowerTellsWhereAnAnnouncementGot(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	start := now
	var printed []string
	f := newFollower([]Service{{Stack: &stack.Stack{
		QueueMappings: []stack.QueueMapping{{Function: "greet", Queue: "inbox"}},
		Destinations:  []stack.APIDestination{{Name: "hook", ARN: "arn:hook"}},
	}}}, func() time.Time { return now }, func(line string) { printed = append(printed, line) })
	event := eventbridge.Event{ID: "e1", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: updated("mia", "language"), Time: start}
	message := sqs.Message{ID: "m1", Body: string(event.Envelope())}
	delivery := func(arn string) eventbridge.Delivery { // of a part of the event, by an input path
		return eventbridge.Delivery{Event: event, Body: `"mia"`, Target: eventbridge.TargetConfig{ARN: arn}, Accepted: start}
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
		sqs.Deleted{Queue: "inbox", Message: message}, // by its mapping, which then tells of its end
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
		"greet mia language: bus 1.0 queue 4.0 function 3.0 = 8.0 ms, taken",
		"hook mia language: dead letter: it answered 400",
		"greet unreadable announcement: dead letter in dlq",
	}
	if diff := cmp.Diff(want, printed); diff != "" {
		t.Error(diff)
	}
	var table strings.Builder
	f.print(&table)
	if fields := strings.Fields(table.String()); !strings.Contains(strings.Join(fields, " "), "greet 1 8.0 8.0 8.0 hook 1 6.0 6.0 6.0") {
		t.Errorf("the table:\n%s", &table)
	}
	if len(f.messages) != 0 {
		t.Errorf("%d are kept", len(f.messages))
	}
}

// updated is the detail of an announcement.
func updated(user string, changed ...string) string {
	u := events.PreferencesUpdated{UserID: user, Revision: 2, ChangedKeys: changed, Preferences: events.Preferences{}, Changes: events.Preferences{}}
	return string(u.AppendJSON(nil))
}

// greeted returns a follower of the function greet, and its lines.
func greeted() (f *follower, printed *[]string) {
	printed = &[]string{}
	f = newFollower([]Service{{Stack: &stack.Stack{
		QueueMappings: []stack.QueueMapping{{Function: "greet", Queue: "inbox"}, {Function: "mend", Queue: "dlq"}},
	}}}, func() time.Time { return time.Unix(0, 0) }, func(line string) { *printed = append(*printed, line) })
	return f, printed
}

func inQueue(queue, id string) sqs.Sent {
	e := events.Envelope{ID: "of " + id, Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: []byte(updated("mia", "a"))}
	return sqs.Sent{Queue: queue, Message: sqs.Message{ID: id, Body: string(e.AppendJSON(nil))}}
}

// A message that has left its queue is forgotten, however it left.
func TestFollowerForgetsWhatLeavesTheQueue(t *testing.T) {
	m := inQueue("inbox", "m1").Message
	for name, c := range map[string]struct {
		gone    world.Fact
		left    int // with one sent afterwards
		printed []string
	}{
		"deleted":           {sqs.Deleted{Queue: "inbox", Message: m}, 1, nil},
		"too old":           {sqs.Expired{Queue: "inbox", Message: m}, 1, []string{"greet mia a: too old for its queue"}},
		"purged":            {sqs.Purged{Queue: "inbox", Messages: 1}, 1, []string{"greet: 1 announcement purged"}},
		"another is purged": {sqs.Purged{Queue: "dlq"}, 2, nil},
		"moved away":        {sqs.Moved{From: "inbox", To: "elsewhere", Was: "m1", Message: sqs.Message{ID: "m2", Body: m.Body}}, 1, nil},
		"moved on":          {sqs.Moved{From: "inbox", To: "dlq", Was: "m1", Message: sqs.Message{ID: "m2", Body: m.Body}}, 2, nil},
		"a dead letter":     {sqs.DeadLettered{From: "inbox", To: "x", Message: m}, 1, []string{"greet mia a: dead letter in x"}},
	} {
		f, printed := greeted()
		f.observe(inQueue("inbox", "m1"))
		f.observe(c.gone)
		f.observe(inQueue("inbox", "m3"))
		if len(f.messages) != c.left || len(f.deleted) != 0 {
			t.Errorf("%s: %d are kept, want %d; %d are still to be forgotten", name, len(f.messages), c.left, len(f.deleted))
		}
		if diff := cmp.Diff(c.printed, *printed, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		f.observe(sqs.Purged{Queue: "inbox"})
		if f.observe(sqs.Deleted{Message: m}); len(f.deleted) != 0 {
			t.Errorf("%s: what is not followed is noted as deleted", name)
		}
	}
}

// A message that was moved is followed from its new queue, and no longer by its
// delivery.
func TestFollowerFollowsWhatIsMoved(t *testing.T) {
	f, printed := greeted()
	m := inQueue("inbox", "m2").Message
	f.observe(sqs.Moved{From: "x", To: "inbox", Was: "m1", Message: m})
	f.observe(eventbridge.Delivered{Delivery: eventbridge.Delivery{Event: eventbridge.Event{ID: "of m2"}, Accepted: time.Unix(-1, 0)}})
	f.observe(lambda.Started{Invocation: &lambda.Invocation{Function: "greet", Items: []string{"m2"}}})
	f.observe(lambda.Finished{Invocation: &lambda.Invocation{Function: "greet", Items: []string{"m2"}}})
	if diff := cmp.Diff([]string{"greet mia a: queue 0.0 function 0.0 = 0.0 ms, taken"}, *printed); diff != "" {
		t.Error(diff)
	}
}

// A delivery belongs to the last sent message only if both have the same event, because
// other messages are sent past the bus.
func TestFollowerTellsDeliveriesApart(t *testing.T) {
	f, _ := greeted()
	for id, accepted := range map[string]time.Time{"another": {}, "of m1": time.Unix(-1, 0)} {
		f.observe(inQueue("inbox", "m1"))
		f.observe(eventbridge.Delivered{Delivery: eventbridge.Delivery{Event: eventbridge.Event{ID: id}, Accepted: time.Unix(-1, 0)}})
		if got := f.messages["m1"].announced; !got.Equal(accepted) {
			t.Errorf("after the delivery of %s m1 was announced at %v", id, got)
		}
	}
}

func TestFollowerIsBounded(t *testing.T) {
	f, printed := greeted()
	for i := range maxUnderWay - 1 {
		f.messages[strconv.Itoa(i)] = &step{queue: "inbox"}
	}
	f.observe(inQueue("inbox", "m1"))
	f.observe(inQueue("inbox", "m2"))
	f.observe(eventbridge.Delivered{Delivery: eventbridge.Delivery{Event: eventbridge.Event{ID: "of m2"}}})
	if f.messages["m1"] == nil || f.messages["m2"] != nil {
		t.Error("beyond the bound the wrong ones are kept")
	}
	f.observe(sqs.Deleted{Message: sqs.Message{ID: "0"}})
	if f.observe(inQueue("inbox", "m3")); f.messages["m3"] == nil {
		t.Error("where one went, there is no room for another")
	}
	f.observe(sqs.Purged{Queue: "inbox"})
	if len(f.messages) != 0 || len(*printed) != 1 || (*printed)[0] != "greet: 100000 announcements purged" {
		t.Errorf("%d are left, it said %q", len(f.messages), *printed)
	}
}

func TestWhatAnAnnouncementSays(t *testing.T) {
	for want, u := range map[string]events.PreferencesUpdated{
		"mia a,b":        {ChangedKeys: []string{"a", "b"}},
		"mia (snapshot)": {ChangedKeys: []string{"a"}, Snapshot: true},
		"mia (erase),a":  {ChangedKeys: []string{"a"}, Erased: true},
		"mia":            {},
		"mia 7 keys":     {ChangedKeys: []string{"a", "b", "c", "d", "e", "f", "g"}},
	} {
		u.UserID, u.Revision, u.Preferences, u.Changes = "mia", 1, events.Preferences{}, events.Preferences{}
		e := events.Envelope{ID: "e", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: u.AppendJSON(nil)}
		if got := announcedSubject(e.AppendJSON(nil)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
