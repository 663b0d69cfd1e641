package trail

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localrun/otlp"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

const traceparent = "00-6a1b2c3d4e5f60718293a4b5c6d7e8f9-00f067aa0ba902b7-01"

func TestTheWayOfAChange(t *testing.T) {
	r, c := record(t), change(1, "")
	r.journey(c)
	event := announcing("event", 7, c)
	r.tell(arrival("skill", "s1", event), sqs.Received{Queue: "skill", Message: sqs.Message{ID: "s1"}}, sqs.Deleted{Queue: "skill", Message: sqs.Message{ID: "s1"}},
		arrival("lambda", "s2", event), sqs.Received{Queue: "lambda", Message: sqs.Message{ID: "s2"}}, started("greet", "r3", "s2"), finished("greet", "r3", "s2"))
	want := fmt.Sprintf(`change %s of secret-user: tone
said by bot
trace %x (the change's own id)

at ms took ms hop what
0.0 6.0 publish bus
6.0 1.0 bus bus
7.0 1.0 queue changes
8.0 2.0 apply apply; request r1 with 1 message; stored as revision 7
9.0 2.0 stream profiles
11.0 2.0 republish republish; request r2 with 1 record; announced revision 7 after 0; event event
12.0 2.0 deliver skill
15.0 1.0 process skill; received from the queue
12.0 5.0 deliver lambda
19.0 1.0 process greet; request r3 with 1 message

outcome announced, first seen at 09:59:59.995, 20ms ago
`, c.ID, c.ID[:])
	if diff := cmp.Diff(want, r.printed(c.ID.String())); diff != "" {
		t.Error(diff)
	}
	if again := r.printed(c.ID.UUID()); again != want {
		t.Errorf("by its UUID:\n%s", again)
	}
}

// Each hop is a span behind the one before, in the bot's trace where it has one.
func TestSpansFollowEachOther(t *testing.T) {
	for _, trace := range []string{"", traceparent} {
		r, c := record(t), change(1, trace)
		r.journey(c)
		r.tell(arrival("skill", "s1", announcing("event", 7, c)), started("greet", "r3", "s1"), finished("greet", "r3", "s1"))
		traceID, parent := hex.EncodeToString(c.ID[:]), "0000000000000000"
		if trace != "" {
			traceID, parent = trace[3:35], trace[36:52]
		}
		spans := map[string]otlp.Span{}
		for _, s := range r.spans {
			if hex.EncodeToString(s.Trace[:]) == traceID {
				spans[s.Name] = s
			}
		}
		order := []string{"publish bus", "route bus", "wait changes", "apply changes", "wait profiles", "republish profiles", "deliver skill", "process skill"}
		services := []string{"bot", "eventbridge", "sqs", "apply", "dynamodb", "republish", "eventbridge", "greet"}
		for i, name := range order {
			s := spans[name]
			for name, value := range map[string]string{
				"event_id": c.ID.String(), "user_hash": telemetry.UserHash("stack", "secret-user"), "conversation_hash": telemetry.ConversationHash("stack", "secret-conversation"),
			} {
				if !slices.Contains(s.Attributes, otlp.Text(name, value)) {
					t.Errorf("%q has no %s %s: %v", s.Name, name, value, s.Attributes)
				}
			}
			if got := hex.EncodeToString(s.Parent[:]); got != parent || s.Service != services[i] || s.Remote != (i == 0 && trace != "") || s.End.Before(s.Start) {
				t.Errorf("%q of %s: parent %s, want %s; service %q, remote %t, %s to %s", name, trace, got, parent, s.Service, s.Remote, s.Start, s.End)
			}
			parent = hex.EncodeToString(s.ID[:])
		}
		if len(spans) != len(order) {
			t.Errorf("%d spans, want %d", len(spans), len(order))
		}
	}
}

// Changes that are handled together are linked: each with the batch, and the batch with
// each.
func TestBatchesAreLinked(t *testing.T) {
	r, a, b := record(t), change(1, ""), change(2, traceparent)
	r.tell(a.put(), b.put(), a.queued("m1"), b.queued("m2"), started("apply", "r1", "m1", "m2"), r.stored("100", 7, a, b), finished("apply", "r1", "m1", "m2"),
		started("republish", "r2", "100"), announced("event", 7, a, b), finished("republish", "r2", "100"))
	named := func(name string) (spans []otlp.Span) {
		for _, s := range r.spans {
			if s.Name == name {
				spans = append(spans, s)
			}
		}
		return spans
	}
	for batch, hop := range map[string]string{"apply batch of changes": "apply changes", "republish batch of profiles": "republish profiles"} {
		batches, hops := named(batch), named(hop)
		if len(batches) != 1 || len(hops) != 2 {
			t.Fatalf("%q: %d batches, %d hops", batch, len(batches), len(hops))
		}
		var links []otlp.Link
		for _, h := range hops {
			links = append(links, otlp.Link{Trace: h.Trace, ID: h.ID})
			if want := []otlp.Link{{Trace: batches[0].Trace, ID: batches[0].ID}}; !slices.Equal(h.Links, want) {
				t.Errorf("%q has the links %x", hop, h.Links)
			}
			if !slices.Contains(h.Attributes, otlp.Count("botprefs.folded_with", 1)) {
				t.Errorf("%q has the attributes %v", hop, h.Attributes)
			}
		}
		if !slices.Equal(batches[0].Links, links) {
			t.Errorf("%q has the links %x, want %x", batch, batches[0].Links, links)
		}
	}
	if text := r.printed(a.ID.String()); strings.Count(text, "folded with "+b.ID.String()) != 2 {
		t.Error(text)
	}
}

// A change that was sent twice under one id is told apart, also where both are on their way
// at once, and where the second one takes the queue alone.
func TestSendingsOfOneChangeAreToldApart(t *testing.T) {
	r, c := record(t), change(1, "")
	again, direct := c, c
	again.envelope, direct.envelope = "again", "direct"
	r.tell(c.put(), again.put(), again.queued("m2"), c.queued("m1"), started("apply", "r2", "m2"), r.stored("100", 7, c), finished("apply", "r2", "m2"),
		started("apply", "r1", "m1"), finished("apply", "r1", "m1"), started("republish", "r3", "100"), announced("event", 7, c), finished("republish", "r3", "100"),
		arrival("skill", "s1", announcing("event", 7, c)), direct.queued("m3"), started("apply", "r4", "m3"), finished("apply", "r4", "m3"))
	parts := strings.Split(r.printed(c.ID.String()), "sending ")
	if len(parts) != 4 {
		t.Fatalf("%d sendings:\n%s", len(parts)-1, strings.Join(parts, "sending "))
	}
	for i, want := range []struct {
		has, lacks []string
	}{
		{[]string{"1 of 3, by bot", "publish bus", "bus bus", "queue changes", "request r1 with 1 message; a duplicate"}, []string{"r2", "r3", "r4", "deliver"}},
		{[]string{"2 of 3, by bot", "publish bus", "request r2 with 1 message; stored as revision 7", "stream profiles", "request r3", "deliver skill"}, []string{"r1 ", "r4"}},
		{[]string{"3 of 3, by bot", "publish changes", "queue changes", "request r4 with 1 message; a duplicate"}, []string{"r1 ", "r2", "r3", "bus bus"}},
	} {
		for _, text := range want.has {
			if !strings.Contains(parts[i+1], text) {
				t.Errorf("sending %d does not say %q:\n%s", i+1, text, parts[i+1])
			}
		}
		for _, text := range want.lacks {
			if strings.Contains(parts[i+1], text) {
				t.Errorf("sending %d says %q:\n%s", i+1, text, parts[i+1])
			}
		}
	}
	b, err := r.AppendJSON(nil, c.ID.UUID())
	var got trailJSON
	if err != nil || json.Unmarshal(b, &got) != nil || len(got.Sendings) != 3 || got.Outcome != "announced" || got.Keys[0] != "tone" ||
		len(got.Sendings[0].Hops) != 4 || got.Sendings[0].Hops[3].Request != "r1" || got.Sendings[1].Hops[5].Event != "event" || *got.Sendings[1].Hops[3].TookMS != 2 {
		t.Errorf("%v\n%s", err, b)
	}
	if _, err := r.AppendJSON(nil, "x"); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
}

// namesNobody checks what is exported.
func (r *recording) namesNobody() {
	r.Helper()
	for _, s := range r.spans {
		if text := fmt.Sprintf("%+v", s); strings.Contains(text, "secret") {
			r.Errorf("a span tells a secret: %s", text)
		}
		if s.End.IsZero() || s.Service == "" || s.Kind == 0 || s.ID == (otlp.SpanID{}) || s.Trace == (otlp.TraceID{}) {
			r.Errorf("an incomplete span: %+v", s)
		}
	}
}

func TestAChangeThatCannotBeRead(t *testing.T) {
	r := record(t)
	e := eventbridge.Event{ID: "envelope", DetailType: events.DetailTypeChange, Source: "bot", Detail: `{"user_id":7}`, Time: start}
	r.tell(eventbridge.Put{Bus: "bus", Event: e}, sent("changes", "m", string(e.Envelope())), started("apply", "r1", "m"),
		sent("letters", "l", string(e.Envelope()), "ERROR_CODE", "malformed", "ERROR_MESSAGE", "user_id: must be a string"), finished("apply", "r1", "m"))
	text := r.printed("envelope")
	for _, want := range []string{"change envelope (unreadable)", "made of the envelope's id", "outcome dead letter: malformed"} {
		if !strings.Contains(text, want) {
			t.Errorf("does not say %q:\n%s", want, text)
		}
	}
	r.namesNobody()
}

func TestOnlyTheLastAreKept(t *testing.T) {
	const kept = 50
	r := record(t)
	r.kept = make([]*trail, kept)
	for n := range kept + 100 {
		c, m, number := change(n, ""), fmt.Sprint("m", n), fmt.Sprint("1", n)
		r.tell(c.put(), c.queued(m), started("apply", "r"+m, m), r.stored(number, 7, c), finished("apply", "r"+m, m),
			started("republish", "s"+m, number), announced("e"+m, 7, c), arrival("skill", "s"+m, announcing("e"+m, 7, c)), finished("republish", "s"+m, number))
	}
	sizes := []int{len(r.byID), len(r.byEnvelope), len(r.byMessage), len(r.byNumber), len(r.byEvent), len(r.deliveries), len(r.invocations)}
	if want := []int{kept, kept, kept, kept, kept, kept, 0}; !slices.Equal(sizes, want) {
		t.Errorf("sizes %v, want %v", sizes, want)
	}
	if err := r.Print(&strings.Builder{}, change(99, "").ID.String()); err != ErrUnknown {
		t.Errorf("the oldest: %v", err)
	}
	latest := r.Latest(2)
	if want := change(kept+99, "").ID.String() + " of secret-user: tone -> announced"; len(latest) != 2 || latest[0] != want {
		t.Errorf("the latest are %q, want %q first", latest, want)
	}
}

// One change that is redelivered for ever does not grow for ever.
func TestOneTrailIsBounded(t *testing.T) {
	r, c := record(t), change(1, "")
	r.journey(c)
	for n := range 2 * maxSteps {
		m := fmt.Sprint("m", n)
		r.tell(c.queued(m), started("apply", "r"+m, m), failed("apply", "r"+m, m))
	}
	if n := len(r.byID[c.ID.String()].steps); n != maxSteps {
		t.Errorf("%d steps", n)
	}
}
