package subscriber_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

func TestATruncatedAnnouncementIsFilledIn(t *testing.T) {
	u := cut(speaks("u1", 5, "de"))
	later := updatedAt.Add(time.Hour)
	for name, row := range map[string]struct {
		now    subscriber.Copy
		err    error
		want   func(u *events.PreferencesUpdated) // nil: it comes again
		reason string                             // what the log says then
	}{
		"as announced": {subscriber.Copy{Revision: 5, Preferences: preferences{"language": events.Text("de")}, UpdatedAt: u.UpdatedAt, AsOf: u.AsOf}, nil,
			func(u *events.PreferencesUpdated) {
				u.Truncated, u.Preferences, u.InferredKeys = false, preferences{"language": events.Text("de")}, nil
			}, ""},
		"moved on": {subscriber.Copy{Revision: 8, Preferences: preferences{"language": events.Text("fr")}, InferredKeys: []string{"language"}, UpdatedAt: later, AsOf: events.Stamp{2}}, nil,
			func(u *events.PreferencesUpdated) {
				u.Truncated, u.Preferences, u.Changes, u.InferredKeys = false, preferences{"language": events.Text("fr")}, nil, []string{"language"}
				u.Revision, u.UpdatedAt, u.AsOf = 8, later, events.Stamp{2}
			}, ""},
		"erased since": {subscriber.Copy{Revision: 8, UpdatedAt: later, AsOf: events.Stamp{2}}, nil,
			func(u *events.PreferencesUpdated) {
				u.Truncated, u.Preferences, u.Changes, u.InferredKeys = false, preferences{}, nil, nil
				u.Revision, u.UpdatedAt, u.AsOf = 8, later, events.Stamp{2}
			}, ""},
		"behind": {subscriber.Copy{Revision: 4, Preferences: preferences{"language": events.Text("es")}}, nil, nil,
			`"error":"the profile as read is older than announced"`},
		"not there": {subscriber.Copy{}, nil, nil,
			`"error":"the profile as read is older than announced: the HTTP API knows no such user: is its URL right?"`},
		"not readable": {subscriber.Copy{}, errors.New("no answer"), nil,
			`"error":"the profile of a truncated announcement: no answer"`},
	} {
		var r recorder
		asked := 0
		h := r.handler(subscriber.WithReader(func(_ context.Context, user string) (subscriber.Copy, error) {
			asked++
			if user != "u1" {
				t.Errorf("asked for %s", user)
			}
			return row.now, row.err
		}))
		got := failures(t, h, batchOf(enveloped(u), enveloped(speaks("u2", 1, "de"))))
		if row.want == nil {
			if !slices.Equal(got, []string{"m0"}) || len(r.given) != 1 || !strings.Contains(r.log.String(), `"code":"unread",`+row.reason) {
				t.Errorf("%s: failed %v, given %v, log\n%s", name, got, r.revisions(), &r.log)
			}
			continue
		}
		want := u
		row.want(&want)
		if diff := cmp.Diff(want, r.given[0]); diff != "" || len(got) > 0 || asked != 1 {
			t.Errorf("%s: failed %v, asked %d times (-want +given):\n%s", name, got, asked, diff)
		}
	}
}

// api answers as the HTTP API does, and keeps the request.
type api struct {
	status int
	body   string
	err    error
	asked  *http.Request
}

func (a *api) RoundTrip(r *http.Request) (*http.Response, error) {
	a.asked = r
	if a.err != nil {
		return nil, a.err
	}
	return &http.Response{StatusCode: a.status, Body: io.NopCloser(strings.NewReader(a.body)), Header: http.Header{}, Request: r}, nil
}

func TestFromAPIReadsWhatTheAPIAnswers(t *testing.T) {
	p := events.Profile{UserID: "u/1 é", Revision: 7, UpdatedAt: updatedAt}
	p.Apply(&events.PreferenceChange{ID: events.Stamp{3}, Preferences: preferences{"n": events.JSON(`1.00`), "t": events.JSON(`"\u0064 <é>"`), "o": events.JSON(`{"a": null}`)}})
	p.Apply(&events.PreferenceChange{ID: events.Stamp{2}, Origin: events.Inferred, Preferences: preferences{"i": events.JSON(`1`), "n": events.JSON(`2`)}})
	answer := httpapi.Profile(&p, p.Visible())
	a := &api{status: answer.StatusCode, body: answer.Body}
	got, err := subscriber.FromAPI(&http.Client{Transport: a}, "https://api.test/")(t.Context(), p.UserID)
	want := subscriber.Copy{UserID: p.UserID, Revision: 7, Preferences: p.Visible(), InferredKeys: []string{"i"}, UpdatedAt: updatedAt, AsOf: events.Stamp{3}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("(-want +got): %v\n%s", err, diff)
	}
	if u := a.asked.URL; u.String() != "https://api.test/preferences?user_id=u%2F1+%C3%A9" || a.asked.Method != http.MethodGet {
		t.Errorf("asked for %s", u)
	}

	erased := events.Profile{UserID: "u1", Revision: 9, UpdatedAt: updatedAt, State: events.State{Cleared: events.Stamp{4}}}
	answer = httpapi.NotFound(&erased)
	got, err = subscriber.FromAPI(&http.Client{Transport: &api{status: answer.StatusCode, body: answer.Body}}, "https://api.test")(t.Context(), "u1")
	if err != nil || got.Revision != 9 || len(got.Preferences) != 0 || got.AsOf != (events.Stamp{4}) {
		t.Errorf("of an erased user: %+v, %v", got, err)
	}
	answer = httpapi.NotFound(&events.Profile{UserID: "u1"})
	got, err = subscriber.FromAPI(&http.Client{Transport: &api{status: answer.StatusCode, body: answer.Body}}, "https://api.test")(t.Context(), "u1")
	if err != nil || got.Revision != 0 || got.UserID != "u1" {
		t.Errorf("of a user that nobody knows: %+v, %v", got, err)
	}
}

func TestFromAPIsErrors(t *testing.T) {
	for name, row := range map[string]struct {
		api    api
		reason string
	}{
		"no answer":        {api{err: errors.New("connection reset")}, "connection reset"},
		"forbidden":        {api{status: 403, body: secret}, "answers 403"},
		"unavailable":      {api{status: 503, body: secret}, "answers 503"},
		"no JSON":          {api{status: 200, body: secret}, "no profile"},
		"another page":     {api{status: 200, body: `{"` + secret + `":1}`}, "no profile of this user"},
		"another user":     {api{status: 200, body: `{"user_id":"u2","revision":1,"preferences":{}}`}, "no profile of this user"},
		"without revision": {api{status: 200, body: `{"user_id":"u1","preferences":{}}`}, "no profile of this user"},
		"without any":      {api{status: 200, body: `{"user_id":"u1","revision":1}`}, "no profile of this user"},
		"no such route":    {api{status: 404, body: `{"message":"Not Found"}`}, "404 of another page"},
		"another 404":      {api{status: 404, body: `{"error":"` + secret + `"}`}, "404 of another page"},
		"below nothing":    {api{status: 404, body: `{"revision":-1}`}, "no profile"},
		"a null":           {api{status: 200, body: `{"user_id":"u1","revision":1,"preferences":{"a":null}}`}, "no profile"},
		"a bad stamp":      {api{status: 200, body: `{"user_id":"u1","revision":1,"preferences":{},"as_of":"` + secret + `"}`}, "no profile"},
	} {
		_, err := subscriber.FromAPI(&http.Client{Transport: &row.api}, "https://api.test")(t.Context(), "u1")
		if err == nil || !strings.Contains(err.Error(), row.reason) || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "u1") {
			t.Errorf("%s: %v", name, err)
		}
		status, answered := errors.AsType[*subscriber.StatusError](err)
		if refused := row.api.status == 403 || row.api.status == 503; answered != refused || refused && status.Status != row.api.status {
			t.Errorf("%s: the status of %v", name, err)
		}
		if other := row.api.status == 200 || row.api.status == 404; errors.Is(err, subscriber.ErrNotTheAPI) != other {
			t.Errorf("%s: whether it is the API: %v", name, err)
		}
	}
	if _, err := subscriber.FromAPI(http.DefaultClient, "http://\x7f")(t.Context(), "u1"); err == nil {
		t.Error("an URL that is none is taken")
	}
}

// silent accepts a request and never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// A client and a context without a time-out do not wait for ever.
func TestFromAPIEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := subscriber.FromAPI(&http.Client{Transport: silent{}}, "https://api.test")(context.Background(), "u1")
		if took := time.Since(start); took != subscriber.ReadTimeout || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v after %s", err, took)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // before anything is sent
	if _, err := subscriber.FromAPI(nil, "https://api.test")(ctx, "u1"); !errors.Is(err, context.Canceled) {
		t.Errorf("without a client: %v", err)
	}
}
