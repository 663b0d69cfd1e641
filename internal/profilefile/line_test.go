package profilefile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilefile"
)

func stamp(t testing.TB, text string) events.Stamp {
	t.Helper()
	s, err := events.ParseStamp(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The format is one that files of users have.
func TestALineIsWhatGETAnswersWithStamps(t *testing.T) {
	one, two, three := stamp(t, "01M8Q59XXH74D88JE7C33YDRRG"), stamp(t, "01M8Q59Y4SAGFW18G8YPJ655A6"), stamp(t, "01M8Q59Y5424GTGGF564STY828")
	p := events.Profile{
		UserID: "a\"b", Revision: 7, UpdatedAt: time.Date(2026, 12, 1, 8, 0, 0, 120e6, time.UTC),
		State: events.State{Cleared: one, Entries: map[string]events.Entry{"tone": {Value: events.JSON(`1.0`), Stamp: two}, "city": {Stamp: three}}},
	}
	const want = `{"user_id":"a\"b","preferences":{"tone":1.0},"inferred_keys":[],"revision":7,"as_of":"01M8Q59Y5424GTGGF564STY828","last_updated":"2026-12-01T08:00:00.120Z",` +
		`"cleared":"01M8Q59XXH74D88JE7C33YDRRG","stamps":{"city":"01M8Q59Y5424GTGGF564STY828","tone":"01M8Q59Y4SAGFW18G8YPJ655A6"}}` + "\n"
	text := profilefile.Append(nil, &p)
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Error(diff)
	}
	got, err := profilefile.Parse(text)
	line := profilefile.Line{UserID: "a\"b", Preferences: events.Preferences{"tone": events.JSON("1.0")}, Stamps: map[string]events.Stamp{"tone": two, "city": three}, Cleared: one}
	if diff := cmp.Diff(line, got); diff != "" || err != nil {
		t.Errorf("%v: %s", err, diff)
	}
}

func TestALineThatBreaksARuleIsNamed(t *testing.T) {
	many := strings.Repeat(`"k":1,`, 1) // a name twice
	for text, want := range map[string]string{
		`not JSON`:                         "is not JSON from byte",
		`[]`:                               "is not a profile as JSON",
		`{"preferences":{}}`:               "user_id: is required",
		`{"user_id":"","preferences":{}}`:  "user_id: is required",
		`{"user_id":7,"preferences":{}}`:   "user_id: has the wrong type",
		`{"user_id":"u"}`:                  "preferences: is required",
		`{"user_id":"u","preferences":[]}`: "preferences: has the wrong type",
		`{"user_id":"u","preferences":{` + many + `"k":2}}`:                                                  "is not JSON from byte",
		`{"user_id":"u","preferences":{},"stamps":{"a\u001b":"x"}}`:                                          `stamps.a\x1b: `,
		`{"user_id":"u","preferences":{"a":1},"stamps":{}}`:                                                  "stamps.a: is missing",
		`{"user_id":"u","preferences":{},"cleared":"01M8Q59XXH74D88JE7C33YDRRG"}`:                            "stamps: are required beside cleared",
		`{"user_id":"u","preferences":{},"stamps":{},"cleared":"secret"}`:                                    "cleared: ",
		`{"user_id":"u","preferences":{},"stamps":{},"inferred":{"a":{"value":1,"stamp":"secret"}}}`:         "inferred.a: ",
		`{"user_id":"u","preferences":{"a":1},"inferred_keys":["a"],"stamps":{}}`:                            "inferred.a: is missing",
		`{"user_id":"u","preferences":{},"inferred":{"a":{"value":1,"stamp":"01M8Q59XXH74D88JE7C33YDRRG"}}}`: "stamps: are required beside inferred",
		`{"user_id":"u","preferences":{` + thousandKeys() + `}}`:                                             "preferences: has at most 1000 keys",
	} {
		if _, err := profilefile.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%.60s: %v, want %s", text, err, want)
		}
	}
}

// What was inferred has values and stamps of its own: hidden and withdrawn ones too.
func TestALineHasWhatWasInferred(t *testing.T) {
	one, two, three := stamp(t, "01M8Q59XXH74D88JE7C33YDRRG"), stamp(t, "01M8Q59Y4SAGFW18G8YPJ655A6"), stamp(t, "01M8Q59Y5424GTGGF564STY828")
	p := events.Profile{UserID: "u", Revision: 7, UpdatedAt: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), State: events.State{
		Entries:  map[string]events.Entry{"tone": {Value: events.Text("dry"), Stamp: one}, "hour": {Stamp: one}},
		Inferred: map[string]events.Entry{"tone": {Value: events.Text("dry"), Stamp: two}, "hour": {Value: events.Number(8), Stamp: two}, "city": {Stamp: three}},
	}}
	text := profilefile.Append(nil, &p)
	const want = `"preferences":{"hour":8,"tone":"dry"},"inferred_keys":["hour"],`
	const inferred = `"inferred":{"city":{"value":null,"stamp":"01M8Q59Y5424GTGGF564STY828"},"hour":{"value":8,"stamp":"01M8Q59Y4SAGFW18G8YPJ655A6"},"tone":{"value":"dry","stamp":"01M8Q59Y4SAGFW18G8YPJ655A6"}}}`
	if !strings.Contains(string(text), want) || !strings.Contains(string(text), inferred) {
		t.Errorf("%s", text)
	}
	got, err := profilefile.Parse(text)
	line := profilefile.Line{
		UserID: "u", Preferences: events.Preferences{"tone": events.Text("dry")},
		Stamps: map[string]events.Stamp{"tone": one, "hour": one}, Inferred: p.Inferred,
	}
	if diff := cmp.Diff(line, got); diff != "" || err != nil {
		t.Errorf("%v: %s", err, diff)
	}
}
