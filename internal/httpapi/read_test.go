package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func stampAt(ms int) events.Stamp {
	s, err := events.DeriveStamp(now.Add(time.Duration(ms)*time.Millisecond), "x")
	if err != nil {
		panic(err)
	}
	return s
}

func change(user string, ms int, p events.Preferences) events.PreferenceChange {
	return events.PreferenceChange{ID: stampAt(ms), UserID: user, Preferences: p}
}

func getter(log *bytes.Buffer) *httpapi.Reader {
	return &httpapi.Reader{Logger: slog.New(slog.NewTextHandler(log, nil)), Read: func(_ context.Context, user string) (events.Profile, error) {
		p := events.Profile{UserID: user}
		switch user {
		case "u", "a/b":
			p.Revision, p.UpdatedAt = 7, now
			inferred := change(user, 1, events.Preferences{"a": events.JSON("1.0"), "b": events.Text("y"), "gone": events.Text("z")})
			inferred.Origin = events.Inferred
			p.State = events.Fold(inferred, change(user, 1, events.Preferences{"b": events.Text("x")}), change(user, 2, events.Preferences{"gone": events.Unset}))
		case "erased":
			p.Revision, p.UpdatedAt = 8, now
			p.State = events.Fold(events.PreferenceChange{ID: stampAt(3), Replace: true})
		case "throttled":
			return p, unavailable(true)
		case "denied":
			return p, unavailable(false)
		case "broken":
			return p, errors.New("stored attribute is wrong")
		}
		return p, nil
	}}
}

func TestGet(t *testing.T) {
	whole := map[string]any{
		"user_id": "u", "preferences": map[string]any{"a": 1.0, "b": "x"}, "inferred_keys": []any{"a"}, "revision": 7.0,
		"as_of": stampAt(2).String(), "last_updated": "2026-03-01T12:00:00.000Z",
	}
	with := func(changes map[string]any) map[string]any {
		m := map[string]any{}
		for k, v := range whole {
			m[k] = v
		}
		for k, v := range changes {
			m[k] = v
		}
		return m
	}
	for name, test := range map[string]struct {
		path, query string
		headers     map[string]string
		method      string
		status      int
		body        map[string]any // nil: only a message is looked for
		etag        string
	}{
		"by path":                    {path: "u", status: 200, body: whole, etag: `"7"`},
		"by query":                   {query: "user_id=u", status: 200, body: whole, etag: `"7"`},
		"an id with a slash":         {path: "a/b", status: 200, body: with(map[string]any{"user_id": "a/b"}), etag: `"7"`},
		"some keys":                  {path: "u", query: "keys=b,nothing,gone", status: 200, body: with(map[string]any{"preferences": map[string]any{"b": "x"}, "inferred_keys": []any{}}), etag: `"7"`},
		"keys that it has not":       {path: "u", query: "keys=nothing", status: 200, body: with(map[string]any{"preferences": map[string]any{}, "inferred_keys": []any{}}), etag: `"7"`},
		"a bad key":                  {path: "u", query: "keys=a,b%20c", status: 400},
		"a bad user id":              {query: "user_id=", status: 400},
		"no user id":                 {status: 400},
		"If-Match":                   {path: "u", headers: map[string]string{"if-match": `"7"`}, status: 400},
		"If-None-Match, the same":    {path: "u", headers: map[string]string{"if-none-match": `W/"6", "7"`}, status: 304, etag: `"7"`},
		"If-None-Match, another":     {path: "u", headers: map[string]string{"if-none-match": `"6"`}, status: 200, body: whole, etag: `"7"`},
		"a user never heard of":      {path: "nobody", status: 404, body: map[string]any{"message": "no preferences of this user are known"}},
		"an erased user":             {path: "erased", status: 404, body: map[string]any{"message": "no preferences of this user are known", "as_of": stampAt(3).String(), "revision": 8.0}},
		"erased, with If-None-Match": {path: "erased", headers: map[string]string{"if-none-match": `"8"`}, status: 404},
		"the store is throttled":     {path: "throttled", status: 503},
		"the store refuses":          {path: "denied", status: 500},
		"an unreadable item":         {path: "broken", status: 500},
		"another method":             {path: "u", method: "POST", status: 405},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			r := httpapi.Request{RawQueryString: test.query, Headers: test.headers}
			if test.path != "" {
				r.PathParameters = map[string]string{"userId": test.path}
			}
			r.RequestContext.HTTP = awsevents.APIGatewayV2HTTPRequestContextHTTPDescription{Method: "GET"}
			if test.method != "" {
				r.RequestContext.HTTP.Method = test.method
			}
			got, err := getter(&log).Get(t.Context(), r)
			if err != nil || got.StatusCode != test.status || got.Headers["ETag"] != test.etag {
				t.Fatalf("%+v, %v", got, err)
			}
			if test.body != nil {
				var body map[string]any
				if err := json.Unmarshal([]byte(got.Body), &body); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.body, body); diff != "" {
					t.Error(diff)
				}
			}
			checkAround(t, got, log.String())
		})
	}
}

// checkAround checks what every answer of a status has in common.
func checkAround(t *testing.T, got httpapi.Response, log string) {
	t.Helper()
	if strings.Contains(got.Body, "arn") || strings.Contains(got.Body, "attribute") {
		t.Errorf("shows the inside: %s", got.Body)
	}
	if (got.Headers["Retry-After"] != "") != (got.StatusCode == 503) {
		t.Errorf("Retry-After %q", got.Headers["Retry-After"])
	}
	if (log != "") != (got.StatusCode == 400 || got.StatusCode == 500 || got.StatusCode == 503) || strings.Contains(log, "WARN") != (got.StatusCode == 400) {
		t.Errorf("log %s", log)
	}
	if got.StatusCode == 304 && got.Body != "" {
		t.Errorf("304 has a body: %s", got.Body)
	}
}

func TestValuesKeepTheirText(t *testing.T) {
	var log bytes.Buffer
	r := httpapi.Request{PathParameters: map[string]string{"userId": "u"}}
	r.RequestContext.HTTP.Method = "GET"
	if got, _ := getter(&log).Get(t.Context(), r); !strings.Contains(got.Body, `"a":1.0`) {
		t.Error(got.Body)
	}
}

// A store that hangs leaves time to answer.
func TestGetAnswersInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		g := getter(&bytes.Buffer{})
		g.Read = func(ctx context.Context, _ string) (events.Profile, error) {
			<-ctx.Done()
			return events.Profile{}, unavailable(true)
		}
		r := httpapi.Request{PathParameters: map[string]string{"userId": "u"}}
		r.RequestContext.HTTP.Method = "GET"
		if got, err := g.Get(ctx, r); err != nil || got.StatusCode != 503 || ctx.Err() != nil {
			t.Errorf("%d, %v, context: %v", got.StatusCode, err, ctx.Err())
		}
	})
}
