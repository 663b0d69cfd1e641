package trail

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/localrun/otlp"
)

var start = time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)

// A recording is a Recorder that receives facts from a test; each takes a millisecond.
type recording struct {
	*testing.T
	*Recorder
	now   time.Time
	spans []otlp.Span
}

func record(t *testing.T) *recording {
	r := &recording{T: t, now: start}
	names := Names{Changes: "changes", Letters: "letters", Unannounced: "unannounced", Table: "profiles", Endpoints: map[string]string{"arn:hook": "hook"}, StackID: "stack"}
	r.Recorder = New(names, func() time.Time { return r.now }, func(s otlp.Span) { r.spans = append(r.spans, s) })
	return r
}

func (r *recording) tell(facts ...world.Fact) {
	for _, f := range facts {
		r.now = r.now.Add(time.Millisecond)
		r.Observe(f)
	}
}

// A sample is a change of the user secret-user in an envelope, and its facts.
type sample struct {
	events.PreferenceChange
	envelope string
}

func change(n int, trace string) sample {
	id, err := events.DeriveStamp(start.Add(time.Duration(n)*time.Microsecond-5*time.Millisecond), fmt.Sprint(n))
	if err != nil {
		panic(err)
	}
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80 // as a UUID of version 7 writes it
	c := events.PreferenceChange{
		ID: id, UserID: "secret-user", Preferences: events.Preferences{"tone": events.Text("secret-value")},
		ConversationID: "secret-conversation", Traceparent: trace,
	}
	return sample{c, fmt.Sprintf("envelope-%d", n)}
}

func (s sample) event() eventbridge.Event {
	return eventbridge.Event{ID: s.envelope, DetailType: events.DetailTypeChange, Source: "bot", Detail: string(s.AppendJSON(nil)), Time: start}
}

func (s sample) put() world.Fact { return eventbridge.Put{Bus: "bus", Event: s.event()} }

func (s sample) body() string {
	e := s.event()
	return string(e.Envelope())
}

func (s sample) queued(message string) world.Fact { return sent("changes", message, s.body()) }

func sent(queue, message, body string, attributes ...string) world.Fact {
	m := sqs.Message{ID: message, Body: body, Attributes: map[string]sqs.Attribute{}}
	for i := 0; i < len(attributes); i += 2 {
		m.Attributes[attributes[i]] = sqs.Attribute{DataType: "String", StringValue: attributes[i+1]}
	}
	return sqs.Sent{Queue: queue, Message: m}
}

func started(function, request string, items ...string) world.Fact {
	return lambda.Started{Invocation: &lambda.Invocation{ID: request, Function: function, Items: items, Attempt: 1}}
}

func finished(function, request string, items ...string) world.Fact {
	return lambda.Finished{Invocation: &lambda.Invocation{ID: request, Function: function, Items: items}}
}

func failed(function, request string, items ...string) world.Fact {
	return lambda.Finished{
		Invocation: &lambda.Invocation{ID: request, Function: function, Items: items}, Failures: items,
		Reason: "it panicked at secret-user",
	}
}

// stored is a write of the profile at a revision, with the entries of some changes.
func (r *recording) stored(sequence string, revision int, changes ...sample) world.Fact {
	r.Helper()
	image := fmt.Sprintf(`{"user_id":{"S":"secret-user"},"revision":{"N":"%d"},"updated_at":{"S":"2026-12-01T10:00:00Z"}`, revision)
	for i, c := range changes {
		image += fmt.Sprintf(`,"p.k%d":{"M":{"v":{"S":"\"secret-value\""},"t":{"S":"%s"}}}`, i, c.ID)
	}
	var item dynamodb.Item
	if err := json.Unmarshal([]byte(image+"}"), &item); err != nil {
		r.Fatal(err)
	}
	return dynamodb.Changed{Record: dynamodb.Record{SequenceNumber: sequence, NewImage: item}}
}

// announcing is the announcement of changes as an event.
func announcing(id string, revision int64, changes ...sample) eventbridge.Event {
	u := events.PreferencesUpdated{
		UserID: "secret-user", Revision: revision, Changes: changes[0].Preferences, Preferences: changes[0].Preferences, AsOf: changes[0].ID,
	}
	for _, c := range changes {
		u.CausedBy = append(u.CausedBy, c.ID)
	}
	return eventbridge.Event{ID: id, DetailType: events.DetailTypeUpdated, Source: events.SourcePipeline, Detail: string(u.AppendJSON(nil)), Time: start}
}

func announced(id string, revision int64, changes ...sample) world.Fact {
	return eventbridge.Put{Bus: "bus", Event: announcing(id, revision, changes...)}
}

func arrival(queue, message string, e eventbridge.Event) world.Fact {
	return sent(queue, message, string(e.Envelope()))
}

// journey is a change that is stored and announced alone.
func (r *recording) journey(c sample) {
	r.tell(c.put(), c.queued("m"), started("apply", "r1", "m"), r.stored("100", 7, c), finished("apply", "r1", "m"),
		started("republish", "r2", "100"), announced("event", 7, c), finished("republish", "r2", "100"))
}

// printed is what Print writes, with single spaces.
func (r *recording) printed(id string) string {
	r.Helper()
	var text strings.Builder
	if err := r.Print(&text, id); err != nil {
		r.Fatal(err)
	}
	return regexp.MustCompile(` +`).ReplaceAllString(text.String(), " ")
}
