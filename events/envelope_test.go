package events_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
)

func TestEnvelopesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyChange.Draw(t, "change")
		e := events.ChangeEnvelope(rapid.StringMatching(`[ -~éß]{0,20}`).Draw(t, "source"), &want, noon)
		back, err := events.DecodeEnvelope(e.AppendJSON(nil))
		if err != nil {
			t.Fatal(err)
		}
		if e.Traceparent != want.Traceparent {
			t.Fatalf("trace %q, want %q", e.Traceparent, want.Traceparent)
		}
		e.Time = noon.Truncate(time.Second) // the bus has whole seconds
		e.Traceparent = ""                  // travels in the detail
		if diff := cmp.Diff(e, back); diff != "" {
			t.Fatalf("(-sent +read):\n%s", diff)
		}
		got, err := events.DecodeChange(e.AppendJSON(nil))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-sent +read):\n%s", diff)
		}
	})
}

func TestChangeEnvelope(t *testing.T) {
	c := events.PreferenceChange{ID: stampAt(0), UserID: "u1", Preferences: events.Preferences{"tone": events.JSON(`1.0`)}}
	e := events.ChangeEnvelope(`my "bot"`, &c, noon)
	want := `{"version":"0","id":"` + c.ID.UUID() + `","detail-type":"PreferenceChange","source":"my \"bot\"",` +
		`"time":"2026-11-23T12:00:00Z","resources":[],"detail":{"id":"` + c.ID.String() + `","user_id":"u1","preferences":{"tone":1.0},"version":1}}`
	if diff := cmp.Diff(want, string(e.AppendJSON(nil))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	e.Time = time.Time{}
	text := e.AppendJSON(nil)
	if back, err := events.DecodeEnvelope(text); err != nil || !back.Time.IsZero() || bytes.Contains(text, []byte(`"time"`)) {
		t.Errorf("without a time: %s read as %v, %v", text, back.Time, err)
	}
}

// What EventBridge adds must not matter, and neither must the order of fields.
// Without an id, a change that only forgets covers everything of its second.
func TestEnvelopeAsEventBridgeWritesIt(t *testing.T) {
	for detail, want := range map[string]string{
		`{"user_id":"u1","preferences":{"tone":1}}`:                 "01M83XJ880SX64ECQX7E7RMNDP",
		`{"user_id":"u1","preferences":{"tone":1,"city":null}}`:     "01M83XJ880SX64ECQX7E7RMNDP",
		`{"user_id":"u1","preferences":{"tone":1},"replace":false}`: "01M83XJ880SX64ECQX7E7RMNDP",
		`{"user_id":"u1","replace":true}`:                           "01M83XJ978SX64ECQX7E7RMNDP",
		`{"user_id":"u1","replace":true,"preferences":{"tone":1}}`:  "01M83XJ978SX64ECQX7E7RMNDP",
		`{"user_id":"u1","preferences":{"tone":null,"city":null}}`:  "01M83XJ978SX64ECQX7E7RMNDP",
		`{"user_id":"u1","preferences":{"tone":null},"id":null}`:    "01M83XJ978SX64ECQX7E7RMNDP",
	} {
		for _, fraction := range []string{"", ".000", ".999"} {
			body := `{ "version": "0", "detail": ` + detail + `,
		"account": "123456789012", "region": "eu-central-1", "resources": ["arn:aws:x"], "replay-name": "again",
		"id": "11111111-2222-4333-8444-555555555555", "source": "shop-bot", "time": "2026-11-23T10:00:00` + fraction + `Z", "detail-type": "PreferenceChange" }`
			got, err := events.DecodeChange([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			if fraction == ".999" && want == "01M83XJ880SX64ECQX7E7RMNDP" {
				continue // only other senders than the bus write it: it counts as it is
			}
			if got.ID.String() != want || got.UserID != "u1" {
				t.Errorf("%s at %q: id %s of %q, want %s", detail, fraction, got.ID, got.UserID, want)
			}
		}
	}
}

// A change outlives the message that it came in.
func TestDecodedChangesShareNothingWithTheBody(t *testing.T) {
	body := []byte(`{"detail-type":"PreferenceChange","detail":{"id":"01M83XJ880SX64ECQX7E7RMNDP","user_id":"u1","preferences":{"tone":"warm"},"conversation_id":"c1"}}`)
	got, err := events.DecodeChange(body)
	if err != nil {
		t.Fatal(err)
	}
	clear(body)
	want := events.PreferenceChange{ID: got.ID, UserID: "u1", Preferences: events.Preferences{"tone": events.Text("warm")}, ConversationID: "c1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A replay-name is never a reason to refuse a change: the contract ignores unknown
// fields, and only a metric looks at this one.
func TestTheNameOfAReplay(t *testing.T) {
	for member, want := range map[string]string{``: "", `"replay-name":"recovery-1",`: "recovery-1", `"replay-name":7,`: "", `"replay-name":null,`: ""} {
		e, err := events.DecodeEnvelope([]byte(`{` + member + `"id":"x","time":"2026-11-23T10:00:00Z","detail-type":"PreferenceChange","detail":{"user_id":"u","replace":true}}`))
		if err != nil || e.ReplayName != want {
			t.Errorf("%s: replay %q, %v", member, e.ReplayName, err)
		}
		if c, err := e.Change(); err != nil || c.UserID != "u" || c.ID.IsZero() {
			t.Errorf("%s: %+v, %v", member, c, err)
		}
	}
}
