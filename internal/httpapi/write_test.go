package httpapi_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/bot-preferences/bot-preferences/internal/lab/routetest"
)

// call sends a request to the handler that API Gateway would choose.
func call(t *testing.T, api *httpapi.Writer, r httpapi.Request) httpapi.Response {
	t.Helper()
	handler := api.Update
	if r.RequestContext.HTTP.Method == "DELETE" {
		handler = api.Delete
	}
	answer, err := handler(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

var own = routetest.At(start)

// acceptedRequests are requests and the change that each one publishes.
var acceptedRequests = map[string]struct {
	request httpapi.Request
	want    events.PreferenceChange // a zero id: one that was given
}{
	"POST": {
		request("POST", "", "", `{"user_id":"u1","preferences":{"n":1.0,"old":null},"conversation_id":"c"}`),
		events.PreferenceChange{UserID: "u1", Preferences: events.Preferences{"n": events.JSON("1.0"), "old": events.Unset}, ConversationID: "c"},
	},
	"POST with an id": {
		request("POST", "", "", fmt.Sprintf(`{"user_id":"u1","preferences":{"n":1},"id":%q}`, own)),
		events.PreferenceChange{ID: own, UserID: "u1", Preferences: events.Preferences{"n": events.JSON("1")}},
	},
	"POST that replaces": {
		request("POST", "", "", `{"user_id":"u1","preferences":{"n":1},"replace":true}`),
		events.PreferenceChange{UserID: "u1", Preferences: events.Preferences{"n": events.JSON("1")}, Replace: true},
	},
	"POST with the same user in the query": {
		request("POST", "", "user_id=u1", `{"user_id":"u1","preferences":{"n":1}}`),
		events.PreferenceChange{UserID: "u1", Preferences: events.Preferences{"n": events.JSON("1")}},
	},
	"PATCH, user in the path": {
		request("PATCH", "a%2Fb c", "", `{"n":1,"old":null}`),
		events.PreferenceChange{UserID: "a%2Fb c", Preferences: events.Preferences{"n": events.JSON("1"), "old": events.Unset}},
	},
	"PATCH, user in the query": {
		request("PATCH", "", "user_id=%22u1%22%5C", ` {"n":1} `),
		events.PreferenceChange{UserID: `"u1"\`, Preferences: events.Preferences{"n": events.JSON("1")}},
	},
	"PATCH of keys that are named like fields": {
		request("PATCH", "u1", "", `{"user_id":"u2","replace":true,"id":"x"}`),
		events.PreferenceChange{UserID: "u1", Preferences: events.Preferences{"user_id": events.Text("u2"), "replace": events.JSON("true"), "id": events.Text("x")}},
	},
	"PATCH in base64 with a content type": {
		func() httpapi.Request {
			r := request("PATCH", "u1", "", base64.StdEncoding.EncodeToString([]byte(`{"n":1}`)), "content-type", "application/merge-patch+json")
			r.IsBase64Encoded = true
			return r
		}(),
		events.PreferenceChange{UserID: "u1", Preferences: events.Preferences{"n": events.JSON("1")}},
	},
	"PUT": {
		request("PUT", "u1", "", `{"n":1}`, "content-type", "text/plain"),
		events.PreferenceChange{UserID: "u1", Preferences: events.Preferences{"n": events.JSON("1")}, Replace: true},
	},
	"PUT of nothing": {
		request("PUT", "u1", "", `{}`),
		events.PreferenceChange{UserID: "u1", Replace: true},
	},
	"DELETE": {
		request("DELETE", "u1", "", "ignored"),
		events.PreferenceChange{UserID: "u1", Replace: true},
	},
	"DELETE, user in the query": {
		request("DELETE", "", "user_id=u1", ""),
		events.PreferenceChange{UserID: "u1", Replace: true},
	},
}

func TestAccepted(t *testing.T) {
	for name, tt := range acceptedRequests {
		t.Run(name, func(t *testing.T) {
			r := &routetest.Route{}
			got := call(t, newWriter(t, r, &profiles{}), tt.request)
			changes := r.Changes(t)
			if len(changes) != 1 {
				t.Fatalf("%d changes; %d %s", len(changes), got.StatusCode, got.Body)
			}
			if body := fmt.Sprintf(`{"message":"accepted","event_id":%q}`, changes[0].ID); got.StatusCode != 202 || got.Body != body {
				t.Errorf("got %d %s, want 202 %s", got.StatusCode, got.Body, body)
			}
			if tt.want.ID.IsZero() {
				changes[0].ID = events.Stamp{}
			}
			if tt.want.Preferences == nil {
				changes[0].Preferences = nil
			}
			if diff := cmp.Diff(tt.want, changes[0]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	const required = "user_id: is required"
	tooOld, ahead := routetest.At(start.Add(-31*24*time.Hour)), routetest.At(start.Add(6*time.Minute))
	post := func(body string) httpapi.Request { return request("POST", "", "", body) }
	patch := func(body string) httpapi.Request { return request("PATCH", "u1", "", body) }
	for name, tt := range map[string]struct {
		request httpapi.Request
		status  int
		message string // its beginning
	}{
		"no user, POST":                 {post(`{"preferences":{"n":1}}`), 400, required},
		"no user, PATCH":                {request("PATCH", "", "", `{"n":1}`), 400, required},
		"no user, DELETE":               {request("DELETE", "", "", ``), 400, required},
		"different users, POST":         {request("POST", "", "user_id=u2", `{"user_id":"u1","preferences":{"n":1}}`), 400, "user_id: the body and the query name different users"},
		"different users, PUT":          {request("PUT", "u1", "user_id=u2", `{}`), 400, "user_id: the path and the query name different users"},
		"two users, DELETE":             {request("DELETE", "", "user_id=u1&user_id=u2", ``), 400, "user_id: is given more than once"},
		"bad query, DELETE":             {request("DELETE", "u1", "x=%", ``), 400, "query: "},
		"If-Match, PATCH":               {request("PATCH", "u1", "", `{"n":1}`, "if-match", `"1"`), 400, "If-Match: is not supported"},
		"If-Match, DELETE":              {request("DELETE", "u1", "", ``, "If-Match", `*`), 400, "If-Match: is not supported"},
		"no body":                       {patch(``), 400, "the input is not complete JSON"},
		"not JSON":                      {patch(`{"n":tru}`), 400, "preferences.n: is not valid JSON"},
		"not an object":                 {patch(`[1]`), 400, "preferences: must be an object"},
		"null":                          {patch(`null`), 400, "preferences: must be an object"},
		"nothing to merge":              {patch(`{}`), 400, "preferences: "},
		"a key's name":                  {patch(`{"_n":1}`), 400, "preferences._n: a key must match"},
		"a duplicate key":               {patch(`{"n":1,"n":2}`), 400, "preferences.n: is a duplicate name"},
		"bad UTF-8":                     {patch("{\"n\":\"\xff\"}"), 400, "preferences.n: is not valid UTF-8"},
		"two values":                    {patch(`{"n":1} {}`), 400, "the input has text after the JSON object"},
		"breaking out of the patch":     {patch(`{"n":1},"replace":true`), 400, "the input has text after the JSON object"},
		"breaking out with a brace":     {patch(`{"n":1}},"x":{"y":1}`), 400, "the input has text after the JSON object"},
		"one value too large":           {patch(`{"n":"` + strings.Repeat("x", 16<<10) + `"}`), 400, "preferences.n: is 16386 bytes"},
		"the whole too large":           {patch(strings.Repeat(" ", 128<<10+1)), 413, "the body is 131073 bytes"},
		"the change too large":          {patch(`{"n":1}` + strings.Repeat(" ", 128<<10-7)), 413, "the change is "},
		"unknown version":               {post(`{"user_id":"u1","preferences":{"n":1},"version":2}`), 400, "version: is 2, only 1 is known"},
		"an empty id":                   {post(`{"user_id":"u1","preferences":{"n":1},"id":""}`), 400, "id: must be a ULID"},
		"an id of long ago":             {post(fmt.Sprintf(`{"user_id":"u1","preferences":{"n":1},"id":%q}`, tooOld)), 400, "id: is 31 days old"},
		"an id of the future":           {post(fmt.Sprintf(`{"user_id":"u1","preferences":{"n":1},"id":%q}`, ahead)), 400, "id: is 6m0s ahead"},
		"a method that is not routed":   {request("GET", "u1", "", ``), 405, "Method Not Allowed"},
		"bad base64":                    {httpapi.Request{RequestContext: post("").RequestContext, Body: "*", IsBase64Encoded: true}, 400, "the body is not valid base64"},
		"a user id that is not allowed": {request("PUT", "a\x00", "", `{}`), 400, "user_id: must not contain control characters"},
	} {
		t.Run(name, func(t *testing.T) {
			r, p := &routetest.Route{}, &profiles{}
			got := call(t, newWriter(t, r, p), tt.request)
			if got.StatusCode != tt.status || !strings.HasPrefix(got.Body, `{"message":"`+tt.message) {
				t.Errorf("got %d %s, want %d %s", got.StatusCode, got.Body, tt.status, tt.message)
			}
			if len(r.Taken()) != 0 || p.reads != 0 {
				t.Errorf("%d events, %d reads", len(r.Taken()), p.reads)
			}
		})
	}
}

func TestDeleteHandlerAnswersDELETEOnly(t *testing.T) {
	got, err := newWriter(t, &routetest.Route{}, &profiles{}).Delete(t.Context(), request("PUT", "u1", "", `{}`))
	if err != nil || got.StatusCode != 405 || got.Headers["Allow"] != "DELETE" {
		t.Errorf("%v, %d %v", err, got.StatusCode, got.Headers)
	}
}

func TestWritesCountAsLaterThanTheProfile(t *testing.T) {
	for _, skew := range []time.Duration{-time.Hour, 0, 3 * time.Second, 4 * time.Minute, events.MaxAhead} {
		ahead := routetest.At(start.Add(skew)) // by a producer whose clock is fast
		for name, tt := range map[string]struct {
			request httpapi.Request
			own     bool // the id is the caller's
		}{
			"DELETE":                       {request("DELETE", "u1", "", ""), false},
			"PUT":                          {request("PUT", "u1", "", "{}"), false},
			"PATCH of the key":             {request("PATCH", "u1", "", `{"n":1}`), false},
			"PATCH that unsets":            {request("PATCH", "u1", "", `{"n":null}`), false},
			"PATCH of another key":         {request("PATCH", "u1", "", `{"m":1}`), false},
			"POST":                         {request("POST", "", "", `{"user_id":"u1","preferences":{"n":1}}`), false},
			"POST that replaces":           {request("POST", "", "", `{"user_id":"u1","replace":true}`), false},
			"POST with an id keeps the id": {request("POST", "", "", fmt.Sprintf(`{"user_id":"u1","replace":true,"id":%q}`, own)), true},
		} {
			t.Run(fmt.Sprintf("%s, %s ahead", name, skew), func(t *testing.T) {
				r, p := &routetest.Route{}, &profiles{}
				p.apply(&events.PreferenceChange{ID: ahead, Preferences: events.Preferences{"n": events.Number(1)}})
				if got := call(t, newWriter(t, r, p), tt.request); got.StatusCode != 202 {
					t.Fatalf("%d %s", got.StatusCode, got.Body)
				}
				id := r.Changes(t)[0].ID
				if tt.own != (id == own) || !tt.own && !id.After(ahead) {
					t.Errorf("id %s, seen %s", id, ahead)
				}
				if latest := max(skew, 0) + time.Millisecond; id.Time().After(start.Add(latest)) {
					t.Errorf("id of %s, %s after the clock", id.Time(), id.Time().Sub(start))
				}
			})
		}
	}
}

// A stamp that no clock explains keeps later writes from taking effect. It must
// not spoil what it does not concern: other keys, and other users.
func TestAProfileOfTheFuture(t *testing.T) {
	key := func(ahead time.Duration) events.PreferenceChange {
		return events.PreferenceChange{ID: routetest.At(start.Add(ahead)), Preferences: events.Preferences{"n": events.Number(1)}}
	}
	inferred := key(6 * time.Minute)
	inferred.Origin = events.Inferred
	erased := events.PreferenceChange{ID: routetest.At(start.Add(6 * time.Minute)), Replace: true}
	for name, tt := range map[string]struct {
		stored  events.PreferenceChange
		request httpapi.Request
		status  int
	}{
		"as far as is accepted":    {key(events.MaxAhead), request("DELETE", "u1", "", ""), 202},
		"farther":                  {key(events.MaxAhead + time.Millisecond), request("DELETE", "u1", "", ""), 409},
		"the same key":             {key(6 * time.Minute), request("PATCH", "u1", "", `{"n":2,"m":1}`), 409},
		"the same key, unset":      {key(6 * time.Minute), request("PATCH", "u1", "", `{"n":null}`), 409},
		"the same key, inferred":   {inferred, request("PATCH", "u1", "", `{"n":2}`), 409},
		"another key":              {key(6 * time.Minute), request("PATCH", "u1", "", `{"m":1}`), 202},
		"another key, centuries":   {key(250 * 365 * 24 * time.Hour), request("PATCH", "u1", "", `{"m":1}`), 202},
		"all keys":                 {key(6 * time.Minute), request("PUT", "u1", "", `{"m":1}`), 409},
		"the fence":                {erased, request("PATCH", "u1", "", `{"m":1}`), 409},
		"a caller's id is its own": {erased, request("POST", "", "", fmt.Sprintf(`{"user_id":"u1","replace":true,"id":%q}`, own)), 202},
	} {
		t.Run(name, func(t *testing.T) {
			r, p := &routetest.Route{}, &profiles{}
			p.apply(&tt.stored)
			api := newWriter(t, r, p)
			got := call(t, api, tt.request)
			if got.StatusCode != tt.status || (tt.status == 409) != strings.Contains(got.Body, `"code":"from_the_future"`) {
				t.Errorf("%d %s, want %d", got.StatusCode, got.Body, tt.status)
			}
			if sent := len(r.Taken()); sent != 0 && tt.status == 409 {
				t.Errorf("%d changes were sent", sent)
			}
			p.profile = events.Profile{} // of another user
			call(t, api, request("PATCH", "u2", "", `{"n":1}`))
			changes := r.Changes(t)
			if last := changes[len(changes)-1]; last.UserID != "u2" || last.ID.Time().After(start.Add(time.Millisecond)) {
				t.Errorf("the id of another user's change is of %s", last.ID.Time())
			}
		})
	}
}

func TestAChangeThatCannotFitIsRefusedAtOnce(t *testing.T) {
	big := events.JSON(`"` + strings.Repeat("x", 16_000) + `"`)
	full := events.PreferenceChange{ID: routetest.At(start.Add(-time.Hour)), Preferences: events.Preferences{}}
	for i := range 16 {
		full.Preferences[fmt.Sprintf("k%d", i)] = big
	}
	unsets := func(age time.Duration) (c events.PreferenceChange) {
		c = events.PreferenceChange{ID: routetest.At(start.Add(-age)), Preferences: events.Preferences{"tone": events.Unset}}
		for i := range events.MaxProfileKeys - 1 {
			c.Preferences[fmt.Sprintf("k%d", i)] = events.Unset
		}
		return c
	}
	another := `{"another":` + big.JSON() + `}`
	for name, tt := range map[string]struct {
		stored  events.PreferenceChange
		request httpapi.Request
		status  int
	}{
		"another":            {full, request("PATCH", "u1", "", another), 413},
		"one in its place":   {full, request("PATCH", "u1", "", `{"k1":`+big.JSON()+`}`), 202},
		"all of it replaced": {full, request("PUT", "u1", "", another), 202},
		"erased":             {full, request("DELETE", "u1", "", ""), 202},
		"of which nothing would be stored": {full, request("POST", "", "", fmt.Sprintf(
			`{"user_id":"u1","id":%q,"preferences":{"k1":%s}}`, routetest.At(start.Add(-2*time.Hour)), big.JSON())), 202},
		"a key beside a thousand tombstones":         {unsets(24 * time.Hour), request("PATCH", "u1", "", `{"new":1}`), 413},
		"an unset beside a thousand":                 {unsets(24 * time.Hour), request("PATCH", "u1", "", `{"new":null}`), 413},
		"a key beside tombstones that are collected": {unsets(40 * 24 * time.Hour), request("PATCH", "u1", "", `{"new":1}`), 202},
	} {
		t.Run(name, func(t *testing.T) {
			r, p := &routetest.Route{}, &profiles{}
			p.apply(&tt.stored)
			got := call(t, newWriter(t, r, p), tt.request)
			if got.StatusCode != tt.status || len(r.Taken()) != 1 && tt.status == 202 || len(r.Taken()) != 0 && tt.status != 202 {
				t.Errorf("%d %s and %d changes sent, want %d", got.StatusCode, got.Body, len(r.Taken()), tt.status)
			}
			if tt.status == 413 && !strings.Contains(got.Body, `as the profile stands now","code":"profile_too_large"`) {
				t.Error(got.Body)
			}
		})
	}
}

func TestTheProfileCannotBeRead(t *testing.T) {
	for name, tt := range map[string]struct {
		err        error
		status     int
		message    string
		retryAfter string
	}{
		"the store is unavailable":     {unavailable(true), 503, "the profile cannot be read now; nothing was changed", "1"},
		"the store refuses":            {unavailable(false), 500, "Internal Server Error", ""},
		"the profile is not readable":  {routetest.ErrSecret, 500, "Internal Server Error", ""},
		"the store is, within another": {fmt.Errorf("again: %w", unavailable(true)), 503, "the profile cannot be read now; nothing was changed", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &routetest.Route{}
			api := newWriter(t, r, &profiles{err: tt.err})
			want := fmt.Sprintf(`{"message":%q}`, tt.message)
			for _, write := range []httpapi.Request{request("DELETE", "u1", "", ""), request("PATCH", "u1", "", `{"n":1}`)} {
				got := call(t, api, write)
				if got.StatusCode != tt.status || got.Body != want || got.Headers["Retry-After"] != tt.retryAfter || len(r.Taken()) != 0 {
					t.Errorf("got %d %s %v, %d events", got.StatusCode, got.Body, got.Headers, len(r.Taken()))
				}
			}
		})
	}
}

func TestTheBusFails(t *testing.T) {
	for name, tt := range map[string]struct {
		err    error
		status int
		body   string // with %s for the event id
	}{
		"not sent":                 {routetest.SendError(events.NotSent, "ThrottlingException"), 503, `{"message":"the event bus is not available; nothing was changed"}`},
		"uncertain":                {routetest.SendError(events.Uncertain, ""), 503, `{"message":"it is not known whether the change was accepted; sending it again with this event_id as its id is harmless","event_id":"%s"}`},
		"rejected for its content": {routetest.SendError(events.Rejected, "MalformedDetail"), 400, `{"message":"preferences: hold something that the event bus does not carry"}`},
		"rejected for our source":  {routetest.SendError(events.Rejected, "NotAuthorizedForSourceException"), 500, `{"message":"Internal Server Error"}`},
		"something else":           {routetest.ErrSecret, 500, `{"message":"Internal Server Error"}`},
	} {
		t.Run(name, func(t *testing.T) {
			api := newWriter(t, &routetest.Route{Errs: []error{tt.err}}, &profiles{})
			id := routetest.At(start)
			got := call(t, api, request("POST", "", "", fmt.Sprintf(`{"user_id":"u1","preferences":{"n":1},"id":%q}`, id)))
			if want := strings.ReplaceAll(tt.body, "%s", id.String()); got.StatusCode != tt.status || got.Body != want {
				t.Errorf("got %d %s\nwant %d %s", got.StatusCode, got.Body, tt.status, want)
			}
			if (got.Headers["Retry-After"] != "") != (tt.status == 503) {
				t.Errorf("headers %v", got.Headers)
			}
		})
	}
}
