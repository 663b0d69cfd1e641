package httpapi_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/history"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
)

func ulid(text string) events.Stamp {
	s, err := events.ParseStamp(text)
	if err != nil {
		panic(err)
	}
	return s
}

const (
	early = "01M8Q59XXH74D88JE7C33YDRR1"
	later = "01M8Q59XXH74D88JE7C33YDRR2"
	reset = "01M8Q59XXH74D88JE7C33YDRR3"
	wrong = "01M8Q59XXH74D88JE7C33YDRR4"
)

var received = time.Date(2026, 3, 1, 12, 0, 0, 5e6, time.UTC)

func kept(id string, replace bool, p events.Preferences) history.Change {
	c := events.PreferenceChange{ID: ulid(id), UserID: `s"am`, Preferences: p, Replace: replace, ConversationID: "room"}
	return history.Change{ID: c.ID, Said: &c, Source: "bot", ReceivedAt: received, Envelopes: []string{"a", "b"}}
}

// keptHistory answers for one user.
type keptHistory struct {
	history.User
	findErr, loadErr, readErr error
	profile                   events.Profile
}

func (k *keptHistory) get(t *testing.T, id string) (httpapi.Response, string) {
	t.Helper()
	var log bytes.Buffer
	g := httpapi.ChangeReader{
		Find: func(_ context.Context, id events.Stamp) (string, bool, error) {
			return `s"am`, id != ulid("01M8Q59XXH74D88JE7C33YDRR9"), k.findErr
		},
		History: func(context.Context, string) (history.User, error) { return k.User, k.loadErr },
		Read:    func(context.Context, string) (events.Profile, error) { return k.profile, k.readErr },
		Logger:  slog.New(slog.NewTextHandler(&log, nil)),
	}
	r := httpapi.Request{PathParameters: map[string]string{"eventId": id}}
	r.RequestContext.HTTP.Method = http.MethodGet
	got, err := g.Get(t.Context(), r)
	if err != nil || !jsontext.Value(got.Body).IsValid() || got.Headers["Cache-Control"] != "no-store" {
		t.Fatalf("%v: %+v", err, got)
	}
	return got, log.String()
}

func TestWhatBecameOfAChangeIsAnswered(t *testing.T) {
	first, second := kept(early, false, events.Preferences{"n": events.JSON("1.0"), "tone": events.Text("x")}), kept(later, true, events.Preferences{"tone": events.Unset})
	second.Envelopes = second.Envelopes[:1]
	announced := history.Announcement{Revision: 7, PreviousRevision: 5, UpdatedAt: received, CausedBy: []events.Stamp{ulid(early)}}
	common := `"received_at":"2026-03-01T12:00:00.005Z",`
	for name, c := range map[string]struct {
		history keptHistory
		id      string
		want    string
	}{
		"it won": {keptHistory{User: history.User{Changes: []history.Change{first}, Announcements: []history.Announcement{announced}}, profile: events.Profile{State: events.Fold(*first.Said)}}, early,
			`{"user_id":"s\"am","event_id":"` + early + `",` + common + `"verdict":"won","source":"bot","duplicates":1,"conversation_id":"room","keys":{"n":{"value":1.0,"verdict":"won"},"tone":{"value":"x","verdict":"won"}},"announced":{"revision":7,"previous_revision":5,"updated_at":"2026-03-01T12:00:00.005Z"}}`},
		"by its UUID": {keptHistory{User: history.User{Changes: []history.Change{second}}, profile: events.Profile{State: events.Fold(*second.Said)}}, later,
			`{"user_id":"s\"am","event_id":"` + later + `",` + common + `"verdict":"won","source":"bot","conversation_id":"room","replace":true,"keys":{"tone":{"value":null,"verdict":"won"}}}`},
		"it was erased": {keptHistory{User: history.User{Changes: []history.Change{first, second}}, profile: events.Profile{State: events.Fold(*first.Said, *second.Said)}}, early,
			`{"user_id":"s\"am","event_id":"` + early + `",` + common + `"verdict":"erased","by":"` + later + `","duplicates":1}`},
		"it was refused": {keptHistory{User: history.User{Refusals: []history.Refusal{{At: ulid(wrong), HasID: true, Code: events.Malformed, Field: "preferences.x!", Source: "bot", ReceivedAt: received}}}}, wrong,
			`{"user_id":"s\"am","event_id":"` + wrong + `",` + common + `"verdict":"refused","code":"malformed","field":"preferences.x!","source":"bot"}`},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := c.history.get(t, strings.ToLower(c.id)); got.StatusCode != http.StatusOK || got.Body != c.want {
				t.Errorf("%d %s\nwant %s", got.StatusCode, got.Body, c.want)
			}
		})
	}
}

func TestOneKeyIsSupersededAndAnotherWon(t *testing.T) {
	first, second := kept(early, false, events.Preferences{"a": events.Bool(true), "b": events.Bool(true)}), kept(later, false, events.Preferences{"b": events.Bool(false)})
	k := keptHistory{User: history.User{Changes: []history.Change{first, second}}, profile: events.Profile{State: events.Fold(*first.Said, *second.Said)}}
	got, _ := k.get(t, early)
	if want := `"keys":{"a":{"value":true,"verdict":"won"},"b":{"value":true,"verdict":"superseded","by":"` + later + `"}}`; !strings.Contains(got.Body, want) {
		t.Errorf("%s\nwant %s", got.Body, want)
	}
}

func TestAnUUIDNamesAChange(t *testing.T) {
	id, err := events.ParseID("0198d4f1-7c2e-7abc-8def-0123456789ab")
	if err != nil {
		t.Fatal(err)
	}
	k := keptHistory{User: history.User{Changes: []history.Change{kept(id.String(), false, events.Preferences{"a": events.Bool(true)})}}}
	if got, _ := k.get(t, "0198d4f1-7c2e-7abc-8def-0123456789ab"); got.StatusCode != http.StatusOK || !strings.Contains(got.Body, `"verdict":"missing"`) {
		t.Errorf("%d %s", got.StatusCode, got.Body)
	}
}

func TestChangesThatCannotBeAnswered(t *testing.T) {
	for name, c := range map[string]struct {
		history keptHistory
		id      string
		status  int
		text    string
	}{
		"no id":                  {keptHistory{}, "", 400, `"code":"malformed"`},
		"no ULID":                {keptHistory{}, "x", 400, "event_id: must be a ULID or a UUID of version 7"},
		"zero":                   {keptHistory{}, "00000000000000000000000000", 400, "event_id"},
		"unknown":                {keptHistory{}, "01M8Q59XXH74D88JE7C33YDRR9", 404, "no change of this id is kept"},
		"expired":                {keptHistory{}, early, 404, "no change of this id is kept"},
		"the index is throttled": {keptHistory{findErr: unavailable(true)}, early, 503, "unavailable"},
		"the table is throttled": {keptHistory{loadErr: unavailable(true)}, early, 503, "unavailable"},
		"no profile":             {keptHistory{readErr: errors.New("malformed")}, early, 500, "Internal Server Error"},
	} {
		t.Run(name, func(t *testing.T) {
			got, log := c.history.get(t, c.id)
			if got.StatusCode != c.status || !strings.Contains(got.Body, c.text) || strings.Contains(log, "s\\\"am") {
				t.Errorf("%d %s, logged %s", got.StatusCode, got.Body, log)
			}
			if (log != "") != (c.status != 404) { // the caller may have the wrong id
				t.Errorf("logged %q", log)
			}
		})
	}
}

func TestOtherMethodsOfAChange(t *testing.T) {
	r := httpapi.Request{PathParameters: map[string]string{"eventId": early}}
	r.RequestContext.HTTP.Method = http.MethodDelete
	if got, err := (&httpapi.ChangeReader{}).Get(t.Context(), r); err != nil || got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("%+v %v", got, err)
	}
}
