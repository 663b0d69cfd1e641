package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/deliveries"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

var quiet = subscriber.WithLogger(slog.New(slog.DiscardHandler))

func announced(u events.PreferencesUpdated) string {
	u.UserID, u.Changes = "mia", events.Preferences{}
	e := events.Envelope{ID: "1", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: u.AppendJSON(nil)}
	return string(e.AppendJSON(nil))
}

func at(revision int64, language string) events.PreferencesUpdated {
	return events.PreferencesUpdated{Revision: revision, Preferences: events.Preferences{"language": events.JSON(language)}}
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
	h := newReceiver("s3cret", subscriber.NewMemory(), &out, quiet)
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
		"in order":            {[]events.PreferencesUpdated{de, fr}, events.Text("fr"), 2},
		"backwards":           {[]events.PreferencesUpdated{fr, de}, events.Text("fr"), 2},
		"twice":               {[]events.PreferencesUpdated{de, fr, de}, events.Text("fr"), 2},
		"erased, then late":   {[]events.PreferencesUpdated{de, erased, fr}, events.Unset, 3},
		"a snapshot mends it": {[]events.PreferencesUpdated{erased, again}, events.Text("es"), 3},
	} {
		store := subscriber.NewMemory()
		h := newReceiver("s", store, &strings.Builder{}, quiet)
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

// A snapshot is kept, and told apart from a change.
func TestShowsASnapshot(t *testing.T) {
	var out strings.Builder
	h := newReceiver("s", subscriber.NewMemory(), &out, quiet)
	again := at(3, `"es"`)
	again.Snapshot = true
	for _, u := range []events.PreferencesUpdated{again, at(4, `"fr"`)} {
		if code := post(h, "s", announced(u)); code != http.StatusNoContent {
			t.Errorf("%d", code)
		}
	}
	if want := "\"mia\" revision 3 (snapshot): {\"language\":\"es\"}\n\"mia\" revision 4: {\"language\":\"fr\"}\n"; out.String() != want {
		t.Errorf("shows %s", &out)
	}
}

// full is a database that refuses every write.
type full struct{ subscriber.Store }

func (full) Save(context.Context, subscriber.Copy, bool) (bool, error) {
	return false, errors.New("full")
}

// The status decides what EventBridge does next.
func TestStatus(t *testing.T) {
	store := subscriber.NewMemory()
	h := newReceiver("s", store, &strings.Builder{}, quiet)
	for name, row := range map[string]struct {
		h    http.Handler
		body string
		want int
	}{
		"never readable":  {h, "hello", http.StatusBadRequest},
		"no announcement": {h, `{"id":"1","source":"bot-preferences","detail-type":"PreferencesUpdated","detail":{"user_id":7}}`, http.StatusBadRequest},
		"another event":   {h, `{"id":"1","source":"bot","detail-type":"PreferenceChange","detail":{}}`, http.StatusNoContent},
		"another source":  {h, strings.Replace(announced(at(1, `1`)), `"bot-preferences"`, `"bot"`, 1), http.StatusNoContent},
		"another version": {h, strings.Replace(announced(at(1, `1`)), `"version":1,"user_id"`, `"version":2,"user_id"`, 1), http.StatusBadRequest},
		"too large":       {h, strings.Repeat(" ", maxBody+1), http.StatusRequestEntityTooLarge},
		"later, perhaps":  {newReceiver("s", full{subscriber.NewMemory()}, &strings.Builder{}, quiet), announced(at(1, `1`)), http.StatusServiceUnavailable},
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

// slow is a database that waits, unless its context ends first.
type slow struct {
	subscriber.Store
	takes time.Duration
}

func (s slow) Save(ctx context.Context, c subscriber.Copy, snapshot bool) (bool, error) {
	select {
	case <-time.After(s.takes):
		return s.Store.Save(ctx, c, snapshot)
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// EventBridge waits 5 seconds for an answer. After that the delivery has failed,
// whatever is stored later, and no log says why.
func TestItAnswersWhileEventBridgeWaits(t *testing.T) {
	const waits = 5 * time.Second
	for takes, want := range map[time.Duration]int{3 * time.Second: http.StatusNoContent, time.Hour: http.StatusServiceUnavailable} {
		synctest.Test(t, func(t *testing.T) {
			h := newReceiver("s", slow{subscriber.NewMemory(), takes}, &strings.Builder{}, quiet)
			began := time.Now()
			if code := post(h, "s", announced(at(1, `"de"`))); code != want || time.Since(began) >= waits {
				t.Errorf("storing takes %s: %d after %s, want %d within %s", takes, code, time.Since(began), want, waits)
			}
		})
	}
}

// A body that was cut off may be complete when EventBridge retries.
func TestACutOffBodyComesAgain(t *testing.T) {
	h := newReceiver("s", subscriber.NewMemory(), &strings.Builder{}, quiet)
	body := announced(at(1, `"de"`))
	r := httptest.NewRequest(http.MethodPost, "/preferences", io.MultiReader(strings.NewReader(body[:40]), iotest.ErrReader(io.ErrUnexpectedEOF)))
	r.Header.Set("X-Preferences-Secret", "s")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusServiceUnavailable {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// A profile over 256 KiB is announced without its preferences.
func TestTruncated(t *testing.T) {
	truncated := events.PreferencesUpdated{Revision: 5, PreviousRevision: 3, Truncated: true, ChangedKeys: []string{"language"}}
	reader := func(c subscriber.Copy, err error) subscriber.Option {
		return subscriber.WithReader(func(context.Context, string) (subscriber.Copy, error) { return c, err })
	}
	fr := events.Preferences{"language": events.Text("fr")}
	for name, row := range map[string]struct {
		option subscriber.Option
		status int
		want   deliveries.Kept
		shown  string
	}{
		"nothing to read it with": {quiet, 204, deliveries.Kept{Revision: 5}, "revision 5: stale"},
		"read":                    {reader(subscriber.Copy{Revision: 5, Preferences: fr}, nil), 204, deliveries.Kept{Revision: 5, Preferences: fr}, `revision 5: {"language":"fr"}`},
		"read, and it moved on":   {reader(subscriber.Copy{Revision: 6, Preferences: fr}, nil), 204, deliveries.Kept{Revision: 6, Preferences: fr}, `revision 6: {"language":"fr"}`},
		"read, an inference": {
			reader(subscriber.Copy{Revision: 5, Preferences: fr, InferredKeys: []string{"language"}}, nil), 204,
			deliveries.Kept{Revision: 5, Preferences: fr, InferredKeys: []string{"language"}}, `revision 5: {"language":"fr"} (inferred: language)`,
		},
		"read too early":     {reader(subscriber.Copy{Revision: 4, Preferences: fr}, nil), 503, deliveries.Kept{Revision: 1, Preferences: events.Preferences{"language": events.Text("de")}}, ""},
		"cannot be read now": {reader(subscriber.Copy{}, errors.New("no route")), 503, deliveries.Kept{Revision: 1, Preferences: events.Preferences{"language": events.Text("de")}}, ""},
	} {
		store, out := deliveries.NewStore(), &strings.Builder{}
		h := newReceiver("s", store, out, quiet, row.option)
		if code := post(h, "s", announced(at(1, `"de"`))); code != http.StatusNoContent {
			t.Errorf("%s: %d", name, code)
		}
		out.Reset()
		if code := post(h, "s", announced(truncated)); code != row.status {
			t.Errorf("%s: %d, want %d", name, code, row.status)
		}
		kept, _ := store.Kept(t.Context())
		if diff := cmp.Diff(row.want, kept["mia"]); diff != "" || !strings.Contains(out.String(), row.shown) || row.shown == "" && out.Len() > 0 {
			t.Errorf("%s: shown %q, kept (-want +got):\n%s", name, out, diff)
		}
	}
}

// The contract for subscribers in every language, message by message. 400 stands for
// messages that they leave to their dead-letter queue.
func TestCasesOfEveryLanguage(t *testing.T) {
	all, err := deliveries.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		store := deliveries.NewStore()
		h := newReceiver("s", store, &strings.Builder{}, quiet)
		for _, d := range c.Deliveries {
			for i, m := range d.Messages {
				want := http.StatusNoContent
				if slices.Contains(d.Failed, i) {
					want = http.StatusBadRequest
				}
				if code := post(h, "s", string(m)); code != want {
					t.Errorf("%s: message %d: %d, want %d", c.Name, i, code, want)
				}
			}
		}
		kept, err := store.Kept(t.Context())
		if diff := cmp.Diff(c.Copies, kept); diff != "" || err != nil {
			t.Errorf("%s: %v, copies (-want +got):\n%s", c.Name, err, diff)
		}
	}
}
