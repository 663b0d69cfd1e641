package events_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
)

// Lambda's own marshalling is encoding/json.
func TestChangesTravelThroughEncodingJSON(t *testing.T) {
	want := map[string][]events.PreferenceChange{"batch": {
		{ID: stampAt(1), UserID: "u1", Preferences: events.Preferences{"n": events.JSON(`1e308`), "one": events.JSON(`1.0`), "tone": events.Unset}, ConversationID: "c1"},
		{UserID: "é", Replace: true},
	}}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string][]events.PreferenceChange
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-sent +read):\n%s", diff)
	}
}

func TestAnnouncementsTravelThroughEncodingJSON(t *testing.T) {
	for name, golden := range updatedGoldens(t, "valid") {
		var want, got events.PreferencesUpdated
		if err := json.Unmarshal(golden, &want); err != nil {
			t.Fatal(name, err)
		}
		text, err := json.Marshal(&want)
		if err != nil {
			t.Fatal(name, err)
		}
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(name, err)
		}
		// encoding/json tidies the text of values: compare what it says.
		if diff := cmp.Diff(decoded(t, want), decoded(t, got)); diff != "" {
			t.Errorf("%s (-sent +read):\n%s", name, diff)
		}
	}
}

func decoded(t *testing.T, u events.PreferencesUpdated) events.PreferencesUpdated {
	t.Helper()
	for _, p := range []events.Preferences{u.Changes, u.Preferences} {
		for key, value := range p {
			var compact json.RawMessage
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &compact); err != nil {
				t.Fatal(err)
			}
			p[key] = events.JSON(string(compact))
		}
	}
	return u
}

func TestEncodingJSONGetsTheRefusal(t *testing.T) {
	var c events.PreferenceChange
	err := json.Unmarshal([]byte(`{"user_id":"u1","user_id":"u2","replace":true}`), &c)
	if r, ok := errors.AsType[*events.Refusal](err); !ok || r.Field != "user_id" {
		t.Errorf("%v, want the refusal of user_id", err)
	}
	if diff := cmp.Diff(events.PreferenceChange{}, c); diff != "" {
		t.Errorf("a refused change was written:\n%s", diff)
	}
}

func TestPreferencesTravelThroughEncodingJSON(t *testing.T) {
	want := events.Preferences{"n": events.JSON(`1.0`), "tone": events.Unset, "list": events.JSON(`[1,null]`)}
	text, err := json.Marshal(struct{ Preferences events.Preferences }{want})
	if err != nil || string(text) != `{"Preferences":{"list":[1,null],"n":1.0,"tone":null}}` {
		t.Fatalf("%s, %v", text, err)
	}
	var got struct{ Preferences events.Preferences }
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Preferences); diff != "" {
		t.Errorf("(-sent +read):\n%s", diff)
	}
}
