package httpapi_test

import (
	"errors"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/google/go-cmp/cmp"
)

func TestErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		got    httpapi.Response
		status int
		body   string
		header map[string]string
	}{
		"refused field": {
			got:    httpapi.Refused(&events.Refusal{Code: events.Malformed, Field: "preferences.tone", Rule: "is not valid JSON"}),
			status: 400, body: `{"message":"preferences.tone: is not valid JSON","code":"malformed"}`,
		},
		"one value too large": {
			got:    httpapi.Refused(&events.Refusal{Code: events.TooLarge, Field: "preferences.bio", Rule: "is too long"}),
			status: 400, body: `{"message":"preferences.bio: is too long","code":"too_large"}`,
		},
		"change too large": {
			got:    httpapi.Refused(&events.Refusal{Code: events.TooLarge, Rule: "is too long"}),
			status: 413, body: `{"message":"is too long","code":"too_large"}`,
		},
		"profile too large": {
			got:    httpapi.Refused(&events.Refusal{Code: events.ProfileTooLarge, Field: "preferences", Rule: "the profile would be too large"}),
			status: 413, body: `{"message":"preferences: the profile would be too large, as the profile stands now","code":"profile_too_large"}`,
		},
		"profile of the future": {
			got:    httpapi.Refused(&events.Refusal{Code: events.FromTheFuture, Rule: "the profile is ahead"}),
			status: 409, body: `{"message":"the profile is ahead","code":"from_the_future"}`,
		},
		"id of the future": {
			got:    httpapi.Refused(&events.Refusal{Code: events.FromTheFuture, Field: "id", Rule: "is ahead"}),
			status: 400, body: `{"message":"id: is ahead","code":"from_the_future"}`,
		},
		"a fault of ours shows nothing of itself": {
			got:    httpapi.Refused(errors.New("table secret-name")),
			status: 500, body: `{"message":"Internal Server Error"}`,
		},
		"unavailable": {
			got:    httpapi.Unavailable("later", 1400*time.Millisecond, httpapi.Member{Name: "event_id", Value: `"`}),
			status: 503, body: `{"message":"later","event_id":"\""}`, header: map[string]string{"Retry-After": "1"},
		},
		"unavailable for an instant": {
			got:    httpapi.Unavailable("later", time.Millisecond),
			status: 503, body: `{"message":"later"}`, header: map[string]string{"Retry-After": "1"},
		},
		"method": {
			got:    httpapi.MethodNotAllowed("PUT", "PATCH"),
			status: 405, body: `{"message":"Method Not Allowed"}`, header: map[string]string{"Allow": "PUT, PATCH"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
			for k, v := range tt.header {
				want[k] = v
			}
			if diff := cmp.Diff(want, tt.got.Headers); diff != "" {
				t.Errorf("headers: %s", diff)
			}
			if tt.got.StatusCode != tt.status || tt.got.Body != tt.body {
				t.Errorf("got %d %s, want %d %s", tt.got.StatusCode, tt.got.Body, tt.status, tt.body)
			}
		})
	}
}

func profile(t *testing.T) *events.Profile {
	t.Helper()
	stamp, err := events.ParseStamp("01ARZ3NDEKTSV4RRFFQ69G5FAV")
	if err != nil {
		t.Fatal(err)
	}
	return &events.Profile{
		UserID: `a"b`, Revision: 7, UpdatedAt: time.UnixMilli(1469922850259),
		State: events.State{Cleared: stamp, Entries: map[string]events.Entry{"n": {Value: events.JSON("1.0"), Stamp: stamp}, "gone": {Stamp: stamp}}},
	}
}

func TestProfile(t *testing.T) {
	p := profile(t)
	r := httpapi.Profile(p, p.Visible())
	want := `{"user_id":"a\"b","preferences":{"n":1.0},"inferred_keys":[],"revision":7,"as_of":"01ARZ3NDEKTSV4RRFFQ69G5FAV","last_updated":"2016-07-30T23:54:10.259Z"}`
	if r.StatusCode != 200 || r.Body != want {
		t.Errorf("got %d %s\nwant 200 %s", r.StatusCode, r.Body, want)
	}
	if r.Headers["ETag"] != `"7"` || r.Headers["Cache-Control"] != "private, no-cache" {
		t.Errorf("headers %v", r.Headers)
	}
	if empty := httpapi.Profile(p, nil).Body; empty != `{"user_id":"a\"b","preferences":{},"inferred_keys":[],"revision":7,"as_of":"01ARZ3NDEKTSV4RRFFQ69G5FAV","last_updated":"2016-07-30T23:54:10.259Z"}` {
		t.Errorf("nothing shown: %s", empty)
	}
}

func TestNotModified(t *testing.T) {
	r := httpapi.NotModified(7)
	want := map[string]string{"ETag": `"7"`, "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
	if diff := cmp.Diff(want, r.Headers); r.StatusCode != 304 || r.Body != "" || diff != "" {
		t.Errorf("got %d %q %s", r.StatusCode, r.Body, diff)
	}
}

func TestNotFound(t *testing.T) {
	unknown, erased := httpapi.NotFound(&events.Profile{}), httpapi.NotFound(profile(t))
	if want := `{"message":"no preferences of this user are known"}`; unknown.StatusCode != 404 || unknown.Body != want {
		t.Errorf("never heard of: %d %s", unknown.StatusCode, unknown.Body)
	}
	if want := `{"message":"no preferences of this user are known","as_of":"01ARZ3NDEKTSV4RRFFQ69G5FAV","revision":7}`; erased.StatusCode != 404 || erased.Body != want {
		t.Errorf("erased: %d %s", erased.StatusCode, erased.Body)
	}
}

func TestUnmodified(t *testing.T) {
	for header, want := range map[string]bool{
		``: false, `*`: true, ` * `: true,
		`"7"`: true, `W/"7"`: true, `"8"`: false, `7`: false, `"7`: false,
		`"1", "7"`: true, `"1",W/"7"`: true, `"a,\"", "7"`: false, `"1,7"`: false,
		`"a,b" , , "7"`: true, `x, "7"`: false, `w/"7"`: false, `"77"`: false, `"`: false, `W/`: false,
	} {
		r := &httpapi.Request{Headers: map[string]string{"if-none-match": header}}
		if got := httpapi.Unmodified(r, 7); got != want {
			t.Errorf("If-None-Match: %s: got %t, want %t", header, got, want)
		}
	}
}
