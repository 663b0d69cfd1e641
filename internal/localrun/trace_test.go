package localrun

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A traced tracer receives facts from the test; each takes a millisecond.
type traced struct {
	*tracer
	now   time.Time
	ended []string // journeys as they are shown
}

func newTraced() *traced {
	t := &traced{now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return t.now }
	t.tracer = newTracer(names{changes: "changes", deadLetter: "letters", history: "history", apply: "apply", republish: "republish"}, clock,
		func(j *journey) { t.ended = append(t.ended, j.String()) })
	return t
}

func (t *traced) tell(facts ...world.Fact) {
	for _, f := range facts {
		t.now = t.now.Add(time.Millisecond)
		t.observe(f)
	}
}

// leftovers fails if the tracer still holds journeys that have ended.
func (t *traced) leftovers(test *testing.T) {
	test.Helper()
	if n := len(t.journeys) + len(t.byEnvelope) + len(t.byMessage) + len(t.bySequence); n != 0 {
		test.Errorf("%d entries are kept: %v %v %v %v", n, t.journeys, t.byEnvelope, t.byMessage, t.bySequence)
	}
}

// A change in an envelope, and its facts.
type example struct {
	c        events.PreferenceChange
	envelope string // its id
	body     string
}

func newExample(n int) example {
	c := events.PreferenceChange{ID: events.NewClock().Next(), UserID: "u1", Preferences: events.Preferences{"tone": events.Text("formal")}}
	e := events.ChangeEnvelope("bot", &c, time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	e.ID = fmt.Sprintf("00000000-0000-4000-8000-%012d", n)
	return example{c, e.ID, string(e.AppendJSON(nil))}
}

func (e example) put() world.Fact {
	return eventbridge.Put{Bus: "bus", Event: eventbridge.Event{
		ID: e.envelope, DetailType: events.DetailTypeChange, Source: "bot", Detail: string(e.c.AppendJSON(nil)),
		Time: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC),
	}}
}

func (e example) queued(message string) world.Fact {
	return sqs.Sent{Queue: "changes", Message: sqs.Message{ID: message, Body: e.body}}
}

func started(items ...string) world.Fact {
	return lambda.Started{Invocation: &lambda.Invocation{Items: items}}
}

func finished(items ...string) world.Fact {
	return lambda.Finished{Invocation: &lambda.Invocation{Items: items}}
}

func (e example) stored(t *testing.T, sequence string) world.Fact {
	t.Helper()
	image := `{"user_id":{"S":"u1"},"revision":{"N":"7"},"updated_at":{"S":"2026-11-23T10:00:00Z"},"p.tone":{"M":{"v":{"S":"\"formal\""},"t":{"S":"` + e.c.ID.String() + `"}}}}`
	var item dynamodb.Item
	if err := json.Unmarshal([]byte(image), &item); err != nil {
		t.Fatal(err)
	}
	return dynamodb.Changed{Record: dynamodb.Record{SequenceNumber: sequence, NewImage: item}}
}

func (e example) announced() world.Fact {
	u := events.PreferencesUpdated{
		UserID: "u1", Revision: 7, Changes: e.c.Preferences, Preferences: e.c.Preferences, CausedBy: []events.Stamp{e.c.ID}, AsOf: e.c.ID,
	}
	return eventbridge.Put{Event: eventbridge.Event{DetailType: events.DetailTypeUpdated, Detail: string(u.AppendJSON(nil))}}
}

// The queue of the history is no subscriber.
func TestTheHistoryIsNoHop(t *testing.T) {
	tr, e := newTraced(), newExample(1)
	announced := e.announced().(eventbridge.Put)
	delivered := sqs.Sent{Queue: "history", Message: sqs.Message{ID: "h", Body: string(announced.Event.Envelope())}}
	tr.tell(e.put(), e.queued("m"), started("m"), e.stored(t, "100"), finished("m"), started("100"), announced, delivered, finished("100"))
	if len(tr.ended) != 1 || strings.Contains(tr.ended[0], "subscriber") {
		t.Errorf("%v", tr.ended)
	}
}

func TestTracerFollowsAChangeToItsAnnouncement(t *testing.T) {
	tr, e := newTraced(), newExample(1)
	tr.tell(e.put(), e.queued("m"), started("m"), e.stored(t, "100"), finished("m"), started("100"), e.announced(), finished("100"))
	if diff := cmp.Diff([]string{"u1 tone: bus 1.0 queue 1.0 apply 1.0 stream 2.0 republish 1.0 = 6.0 ms, announced"}, tr.ended); diff != "" {
		t.Error(diff)
	}
	tr.leftovers(t)
	var table strings.Builder
	tr.latencies.print(&table)
	if !strings.Contains(table.String(), "bus to announced") || !tr.seen["u1"] {
		t.Errorf("latencies:\n%s", table.String())
	}
}

func TestTracerEnds(t *testing.T) {
	e, twin := newExample(1), newExample(2)
	twin.c = e.c
	twin.body = strings.Replace(e.body, e.envelope, twin.envelope, 1)
	letter := func(code string) world.Fact {
		return sqs.Sent{Queue: "letters", Message: sqs.Message{ID: "letter", Body: e.body, Attributes: map[string]sqs.Attribute{"ERROR_CODE": {StringValue: code}}}}
	}
	for _, c := range []struct {
		name  string
		facts []world.Fact
		ended []string // the ends of the lines
	}{
		{"a duplicate that was applied before", []world.Fact{e.put(), e.queued("m"), started("m"), finished("m")},
			[]string{"queue 1.0 = 2.0 ms, nothing new"}},
		{"two envelopes of one change", []world.Fact{
			e.put(), twin.put(), e.queued("m"), twin.queued("n"), started("m", "n"), e.stored(t, "100"), finished("m", "n"), started("100"), e.announced(), finished("100"),
		}, []string{"nothing new", "announced"}},
		{"straight into the queue", []world.Fact{e.queued("m"), started("m"), e.stored(t, "100"), finished("m"), started("100"), e.announced(), finished("100")},
			[]string{"queue 1.0 apply 1.0 stream 2.0 republish 1.0 = 5.0 ms, announced"}},
		{"refused by apply", []world.Fact{e.queued("m"), started("m"), letter("too_old"), finished("m")},
			[]string{"queue 1.0 = 1.0 ms, dead letter: too_old"}},
		{"refused by the queue", []world.Fact{e.put(), letter("SDK_CLIENT_ERROR")}, []string{"= 0.0 ms, dead letter: SDK_CLIENT_ERROR"}},
		{"dropped by the bus", []world.Fact{e.put(), eventbridge.Dropped{Delivery: eventbridge.Delivery{Event: eventbridge.Event{ID: e.envelope}}, Reason: "no queue"}},
			[]string{"lost: no queue"}},
		{"failed too often", []world.Fact{e.queued("m"), started("m"), sqs.DeadLettered{From: "changes", To: "letters", Message: sqs.Message{ID: "m"}}},
			[]string{"dead letter: redrive"}},
		{"purged", []world.Fact{e.queued("m"), sqs.Purged{Queue: "changes"}}, []string{"purged"}},
		{"given up by republish", []world.Fact{
			e.queued("m"), started("m"), e.stored(t, "100"), finished("m"), lambda.Discarded{Condition: "RetryAttemptsExhausted", Items: []string{"100"}},
		}, []string{"not announced: RetryAttemptsExhausted"}},
		{"one that cannot be read", []world.Fact{eventbridge.Put{Event: eventbridge.Event{ID: e.envelope, DetailType: events.DetailTypeChange, Detail: `{"user_id":7}`}},
			sqs.Sent{Queue: "changes", Message: sqs.Message{ID: "m", Body: strings.Replace(e.body, `"u1"`, "7", 1)}}, started("m"), finished("m")},
			[]string{"unreadable change: bus 1.0 queue 1.0 = 2.0 ms, nothing new"}},
		{"facts of others", []world.Fact{
			sqs.Sent{Queue: "elsewhere", Message: sqs.Message{Body: "?"}}, sqs.Expired{}, started("x"), finished("x"),
			eventbridge.Put{Event: eventbridge.Event{DetailType: "SomethingElse"}}, dynamodb.Changed{},
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := newTraced()
			tr.tell(c.facts...)
			if len(tr.ended) != len(c.ended) {
				t.Fatalf("ended: %q", tr.ended)
			}
			for i, want := range c.ended {
				if !strings.HasSuffix(tr.ended[i], want) {
					t.Errorf("%q does not end in %q", tr.ended[i], want)
				}
			}
			tr.leftovers(t)
		})
	}
}

// A person may write to the table by hand.
func TestTracerPassesOverItemsThatAreNoProfiles(t *testing.T) {
	strange := dynamodb.Item{"user_id": value.String("raw")}
	traced := newTraced()
	traced.tell(
		dynamodb.Changed{Record: dynamodb.Record{SequenceNumber: "1", EventName: "INSERT", NewImage: strange}},
		dynamodb.Changed{Record: dynamodb.Record{SequenceNumber: "2", EventName: "REMOVE", OldImage: strange}},
	)
	traced.leftovers(t)
}

// If the table is elsewhere, apply's writes are known only after the stream has been
// read.
func TestTracerWaitsForTheStreamOfATableElsewhere(t *testing.T) {
	tr, kept, duplicate := newTraced(), newExample(1), newExample(2)
	tr.remote = true
	tr.tell(kept.queued("m"), duplicate.queued("n"), started("m", "n"), finished("m", "n"))
	if len(tr.ended) != 0 {
		t.Fatalf("ended before the stream was read: %q", tr.ended)
	}
	tr.tell(kept.stored(t, "100"), localaws.StreamRead{Table: "profiles"})
	if len(tr.ended) != 1 || !strings.HasSuffix(tr.ended[0], "nothing new") {
		t.Errorf("ended: %q, want the duplicate alone", tr.ended)
	}
	tr.tell(started("100"), kept.announced(), finished("100"))
	if len(tr.ended) != 2 || !strings.HasSuffix(tr.ended[1], "queue 2.0 apply 2.0 stream 2.0 republish 1.0 = 7.0 ms, announced") {
		t.Errorf("ended: %q", tr.ended)
	}
	tr.leftovers(t)
}
