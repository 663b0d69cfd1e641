package events_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/changes"
)

// checkPrintable holds an error to what a log line and a message attribute take.
func checkPrintable(t interface {
	Helper()
	Errorf(string, ...any)
}, err error) {
	t.Helper()
	text := err.Error()
	if text == "" || len(text) > 1024 {
		t.Errorf("the error has %d bytes, want 1 to 1024", len(text))
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }); i >= 0 {
		t.Errorf("the error is not printable ASCII at byte %d: %q", i, text)
	}
}

func TestHostileNamesArePrintedHarmlessly(t *testing.T) {
	for name, key := range map[string]string{
		"line feeds":      strings.Repeat("\r\n", 1000),
		"escape sequence": "\x1b[31m", "right to left": "\u202eevil", "NUL": "\x00", "emoji": strings.Repeat("😀", 500),
		"invalid UTF-8": "\xff\xfe", "U+FFFD": "\ufffd", "quotes": `"; DROP`, "backslashes": strings.Repeat(`\`, 300), "DEL": "\x7f",
	} {
		c := events.PreferenceChange{UserID: "u1", Preferences: events.Preferences{key: events.JSON(`1`)}}
		err := c.Validate()
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		checkPrintable(t, err)
		if !strings.HasPrefix(err.Error(), "preferences.") {
			t.Errorf("%s: %v does not name the field", name, err)
		}
	}
	long := &events.Refusal{Field: strings.Repeat("é", 5000), Rule: strings.Repeat("é", 5000)}
	checkPrintable(t, long)
	if text := long.Error(); len(text) != 1024 || !strings.HasSuffix(text, "...") {
		t.Errorf("%d bytes ending in %q, want 1024 that say that they were cut", len(text), text[len(text)-3:])
	}
}

func TestAnythingIsRefusedInPrint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, inner := rapid.String().Draw(t, "key"), rapid.String().Draw(t, "inner")
		text := fmt.Sprintf(`{"user_id":"u1","preferences":{%q:{%q:tru}}}`, key, inner)
		_, err := events.ParseChange([]byte(text))
		if err == nil {
			t.Fatal("accepted")
		}
		checkPrintable(t, err)
	})
}

func TestRulesSayWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		``:                                    "the input is not complete JSON",
		`{`:                                   "the input is not complete JSON",
		`{"user_id":"u1"`:                     "the input is not complete JSON",
		`[]`:                                  "the input must be a JSON object",
		`{} {}`:                               "the input has text after the JSON object",
		`{]`:                                  "the input is not valid JSON",
		`{"user_id":"u1","user_id":"u1"}`:     "user_id: is a duplicate name",
		`{"preferences":{"a":1,"a":1}}`:       "preferences.a: is a duplicate name",
		`{"preferences":{"a":{"b":1,"b":1}}}`: "preferences.a: has a duplicate name inside",
		`{"user_id":"\ud800"}`:                "user_id: has a lone surrogate",
		"{\"user_id\":\"\xff\"}":              "user_id: is not valid UTF-8",
		`{"user_id":nil}`:                     "user_id: is not valid JSON",
		`{"user_id":""}`:                      "user_id: is required",
		`{"version":2}`:                       "version: is 2, only 1 is known",
	} {
		if _, err := events.ParseChange([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// A name may look like a decoder's words; the rule must still be the true one.
func TestNamesDoNotMisleadTheRule(t *testing.T) {
	for _, key := range []string{"UTF-8", "surrogate", "invalid surrogate pair", "invalid UTF-8"} {
		_, err := events.ParseChange([]byte(`{"user_id":"u1","preferences":{"` + key + `":tru}}`))
		if want := "preferences." + key + ": is not valid JSON"; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestRefusalsNeverContainAValue(t *testing.T) {
	const secret = "s3cr3t"
	for _, text := range []string{
		`"s3cr3t"`, `["s3cr3t"]`, `s3cr3t`, `{"user_id":"s3cr3t`, `{"user_id":"s3cr3t\n","replace":true}`,
		`{"user_id":["s3cr3t"],"replace":true}`, `{"user_id":"u1","id":"s3cr3t","replace":true}`,
		`{"user_id":"u1","preferences":"s3cr3t"}`, `{"user_id":"u1","preferences":{"a":"s3cr3t","b":}}`,
		`{"user_id":"u1","preferences":{"a":s3cr3t}}`, `{"user_id":"u1","preferences":{"a":"s3cr3t\x"}}`,
		`{"user_id":"u1","preferences":{"a":"s3cr3t\ud800"}}`, "{\"user_id\":\"u1\",\"preferences\":{\"a\":\"s3cr3t\xff\"}}",
		`{"user_id":"u1","preferences":{"a":{"s3cr3t":1,"s3cr3t":2}}}`, `{"user_id":"u1","preferences":{"a":{"s3cr3t":tru}}}`,
		`{"user_id":"u1","preferences":{"a":[{"b":{"s3cr3t":"\ud800"}}]}}`, `{"user_id":"u1","note":{"s3cr3t":1,"s3cr3t":2},"replace":true}`,
		`{"user_id":"u1","preferences":{"a":"` + strings.Repeat(secret, 4000) + `"}}`,
		`{"user_id":"u1","preferences":{"a b":"s3cr3t"}}`, `{"user_id":"u1","replace":"s3cr3t"}`,
		`{"user_id":"u1","replace":true,"conversation_id":["s3cr3t"]}`, `{"user_id":"u1","replace":true,"version":"s3cr3t"}`,
	} {
		_, direct := events.ParseChange([]byte(text))
		e := events.Envelope{ID: "e1", DetailType: events.DetailTypeChange, Time: noon, Detail: []byte(text)}
		_, queued := events.DecodeChange(e.AppendJSON(nil))
		for _, err := range []error{direct, queued} {
			if err == nil {
				t.Errorf("accepted: %.80s", text)
			} else if strings.Contains(err.Error(), secret) {
				t.Errorf("the refusal quotes a value: %v", err)
			}
		}
	}
}

func TestCheckTime(t *testing.T) {
	at := func(d time.Duration) events.Stamp {
		s, err := events.DeriveStamp(changes.Now.Add(d), "x")
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, c := range []struct {
		name string
		id   events.Stamp
		code events.Code
	}{
		{"now", at(0), ""},
		{"5 minutes ahead", at(events.MaxAhead), ""},
		{"5 minutes and a millisecond ahead", at(events.MaxAhead + time.Millisecond), events.FromTheFuture},
		{"30 days old", at(-events.Horizon), ""},
		{"30 days and a millisecond old", at(-events.Horizon - time.Millisecond), events.TooOld},
	} {
		err := events.CheckTime(c.id, changes.Now)
		if c.code == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		checkRefusal(t, c.name, err, c.code, "id")
	}
}

func TestSendErrorSaysWhatIsKnown(t *testing.T) {
	cause := errors.Join(errors.New("reset"), errors.New("closed"))
	for _, c := range []struct {
		err  events.SendError
		want string
	}{
		{events.SendError{Outcome: events.Rejected, Code: "MalformedDetail"}, "rejected (MalformedDetail)"},
		{events.SendError{Outcome: events.NotSent}, "not sent"},
		{events.SendError{Outcome: events.Uncertain, Err: cause}, "uncertain: reset; closed"},
		{events.SendError{}, "unknown outcome"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if err := error(&events.SendError{Err: cause}); !errors.Is(err, cause) {
		t.Error("the cause cannot be reached")
	}
}

// What a sender put in the place of a name is not logged.
func TestLogFieldNamesOnlyWhatTheContractKnows(t *testing.T) {
	for field, want := range map[string]string{
		"": "", "user_id": "user_id", "preferences": "preferences", "preferences.tone": "preferences.tone", "If-Match": "If-Match",
		"preferences.my name is Noor": "preferences.*", "preferences.": "preferences.*", "noor@example.com": "*", "Noor": "*",
	} {
		if got := (&events.Refusal{Field: field}).LogField(); got != want {
			t.Errorf("%q: %q, want %q", field, got, want)
		}
	}
	var schema struct{ Properties map[string]any }
	if err := json.Unmarshal(events.ChangeSchema, &schema); err != nil || len(schema.Properties) == 0 {
		t.Fatal(err)
	}
	for field := range schema.Properties {
		if got := (&events.Refusal{Field: field}).LogField(); got != field {
			t.Errorf("a field of the contract, %q, is logged as %q", field, got)
		}
	}
}

// No number of days that a time.Duration cannot hold, and no text of another library.
func TestIDsThatCannotBeAreNamedInPlainWords(t *testing.T) {
	now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	last, err := events.ParseStamp("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")
	if err != nil {
		t.Fatal(err)
	}
	if err := events.CheckTime(last, now); err == nil || err.Error() != "id: is over 100 years ahead of the clock, at most 5m0s is allowed" {
		t.Error(err)
	}
	first, _ := events.ParseStamp("00000000000000000000000001")
	if err := events.CheckTime(first, now); err == nil || err.Error() != "id: is 20788 days old, at most 30 days are allowed" {
		t.Error(err)
	}
	for _, text := range []string{"x", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01ARZ3NDEKTSV4RRFFQ69G5FAU"} {
		if _, err := events.ParseID(text); err == nil || !strings.HasPrefix(err.Error(), "not a ULID: that has 26 characters") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
