package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

func announced(u events.PreferencesUpdated) string {
	u.UserID, u.Changes = "mia", events.Preferences{}
	e := events.Envelope{ID: "1", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: u.AppendJSON(nil)}
	return string(e.AppendJSON(nil))
}

func at(revision int64, language string) events.PreferencesUpdated {
	return events.PreferencesUpdated{Revision: revision, Preferences: events.Preferences{"language": events.Value(language)}}
}

func post(h http.Handler, secret, body string) int {
	r := httptest.NewRequest(http.MethodPost, "/preferences", strings.NewReader(body))
	if secret != "" {
		r.Header.Set("X-Preferences-Secret", secret)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

func TestOnlyWhoKnowsTheSecretIsHeard(t *testing.T) {
	var out strings.Builder
	h := newReceiver("s3cret", subscriber.NewMemory(), &out)
	for _, secret := range []string{"", "S3cret", "s3cre", "s3cret "} {
		if code := post(h, secret, announced(at(1, `"de"`))); code != http.StatusUnauthorized {
			t.Errorf("%q: %d", secret, code)
		}
	}
	if out.Len() > 0 {
		t.Errorf("kept %s", &out)
	}
	if code := post(h, "s3cret", announced(at(1, `"de"`))); code != http.StatusNoContent || out.String() != "\"mia\" revision 1: {\"language\":\"de\"}\n" {
		t.Errorf("%d, kept %s", code, &out)
	}
}

func TestFollowsTheRevisionRule(t *testing.T) {
	de, fr, erased := at(1, `"de"`), at(2, `"fr"`), events.PreferencesUpdated{Revision: 3, Erased: true, Preferences: events.Preferences{}}
	again := at(3, `"es"`)
	again.Snapshot = true
	for name, row := range map[string]struct {
		posts    []events.PreferencesUpdated
		language events.Value
		revision int64
	}{
		"in order":            {[]events.PreferencesUpdated{de, fr}, `"fr"`, 2},
		"backwards":           {[]events.PreferencesUpdated{fr, de}, `"fr"`, 2},
		"twice":               {[]events.PreferencesUpdated{de, fr, de}, `"fr"`, 2},
		"erased, then late":   {[]events.PreferencesUpdated{de, erased, fr}, "", 3},
		"a snapshot mends it": {[]events.PreferencesUpdated{erased, again}, `"es"`, 3},
	} {
		store := subscriber.NewMemory()
		h := newReceiver("s", store, &strings.Builder{})
		for _, u := range row.posts {
			if code := post(h, "s", announced(u)); code != http.StatusNoContent {
				t.Errorf("%s: %d", name, code)
			}
		}
		if c, _ := store.Load(t.Context(), "mia"); c.Revision != row.revision || c.Preferences["language"] != row.language {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// full is a database that takes nothing.
type full struct{ subscriber.Store }

func (full) Save(context.Context, subscriber.Copy, bool) (bool, error) {
	return false, errors.New("full")
}

// What EventBridge does next is decided by the status.
func TestStatus(t *testing.T) {
	store := subscriber.NewMemory()
	h := newReceiver("s", store, &strings.Builder{})
	for name, row := range map[string]struct {
		h    http.Handler
		body string
		want int
	}{
		"never readable":  {h, "hello", http.StatusBadRequest},
		"no announcement": {h, `{"id":"1","source":"bot-preferences","detail-type":"PreferencesUpdated","detail":{"user_id":7}}`, http.StatusBadRequest},
		"another event":   {h, `{"id":"1","source":"bot","detail-type":"PreferenceChange","detail":{}}`, http.StatusNoContent},
		"another source":  {h, strings.Replace(announced(at(1, `1`)), `"bot-preferences"`, `"bot"`, 1), http.StatusNoContent},
		"too large":       {h, strings.Repeat(" ", maxBody+1), http.StatusBadRequest},
		"later, perhaps":  {newReceiver("s", full{subscriber.NewMemory()}, &strings.Builder{}), announced(at(1, `1`)), http.StatusServiceUnavailable},
	} {
		if code := post(row.h, "s", row.body); code != row.want {
			t.Errorf("%s: %d, want %d", name, code, row.want)
		}
	}
	if c, _ := store.Load(t.Context(), "mia"); c.Revision != 0 {
		t.Errorf("kept %+v", c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/preferences", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", w.Code)
	}
}
