package httpapi_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/google/go-cmp/cmp"
)

func TestUserID(t *testing.T) {
	for name, tt := range map[string]struct {
		path      map[string]string
		query     string
		want, err string
	}{
		"in the path":                       {path: path("u1"), want: "u1"},
		"in the query":                      {query: "user_id=u1", want: "u1"},
		"in both, equal":                    {path: path("a b"), query: "user_id=a%20b", want: "a b"},
		"in both, different":                {path: path("u1"), query: "user_id=u2", err: "user_id: the path and the query name different users"},
		"path and empty query":              {path: path("u1"), query: "user_id=", err: "user_id: the path and the query name different users"},
		"nowhere":                           {err: "user_id: is required"},
		"twice in the query":                {query: "user_id=u1&user_id=u1", err: "user_id: is given more than once"},
		"path used as it is":                {path: path("a%2Fb/../c+d"), want: "a%2Fb/../c+d"},
		"query decoded once":                {query: "user_id=a%252Fb", want: "a%2Fb"},
		"comma in the query":                {query: "user_id=a,b", want: "a,b"},
		"plus and encoded plus":             {query: "user_id=a+b%2Bc", want: "a b+c"},
		"ampersand and equals sign encoded": {query: "user_id=a%26b%3Dc=d", want: "a&b=c=d"},
		"emoji":                             {query: "user_id=%F0%9F%A6%8A", want: "🦊"},
		"control character":                 {query: "user_id=a%00", err: "user_id: must not contain control characters"},
		"bad UTF-8":                         {query: "user_id=%FF", err: "user_id: is not valid UTF-8"},
		"too long":                          {path: path(strings.Repeat("x", 513)), err: "user_id: is 513 bytes long, at most 512 are allowed"},
		"bad percent-encoding":              {query: "user_id=%G1", err: "query: has a bad percent-encoding"},
		"bad percent-encoding in a name":    {query: "%=1", err: "query: has a bad percent-encoding"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &httpapi.Request{PathParameters: tt.path, RawQueryString: tt.query}
			q, err := httpapi.ParseQuery(r.RawQueryString)
			var got string
			if err == nil {
				got, err = httpapi.UserID(r, q)
			}
			if got != tt.want || text(err) != tt.err {
				t.Errorf("got %q, %q; want %q, %q", got, text(err), tt.want, tt.err)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	const rule = "keys: must be names that match [A-Za-z0-9][A-Za-z0-9_.:-]{0,63}, with commas between them"
	for name, tt := range map[string]struct {
		query string
		want  []string
		err   string
	}{
		"absent":             {query: "x=1"},
		"one":                {query: "keys=tone", want: []string{"tone"}},
		"ascending and once": {query: "keys=b,a,b", want: []string{"a", "b"}},
		"encoded comma":      {query: "keys=a%2Cb", want: []string{"a", "b"}},
		"empty":              {query: "keys=", err: rule},
		"empty name":         {query: "keys=a,,b", err: rule},
		"bad name":           {query: "keys=_a", err: rule},
		"twice":              {query: "keys=a&keys=b", err: "keys: is given more than once"},
	} {
		t.Run(name, func(t *testing.T) {
			q, err := httpapi.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			got, err := q.Keys()
			if diff := cmp.Diff(tt.want, got); diff != "" || text(err) != tt.err {
				t.Errorf("error %q, want %q; keys %s", text(err), tt.err, diff)
			}
		})
	}
}

func TestHeader(t *testing.T) {
	r := &httpapi.Request{Headers: map[string]string{"prefer": "wait=1", "IF-MATCH": `"1"`}}
	if got := httpapi.Header(r, "Prefer"); got != "wait=1" {
		t.Errorf("Prefer: %q", got)
	}
	if got := httpapi.Header(r, "If-None-Match"); got != "" {
		t.Errorf("absent header: %q", got)
	}
	if err := httpapi.RefuseIfMatch(r); err == nil {
		t.Error("If-Match in capitals went through")
	}
	if err := httpapi.RefuseIfMatch(&httpapi.Request{}); err != nil {
		t.Error(err)
	}
}

func TestBody(t *testing.T) {
	limit := strings.Repeat("x", events.MaxChangeBytes)
	for name, tt := range map[string]struct {
		body   string
		base64 bool
		want   string
		status int
	}{
		"text":                {body: "{}", want: "{}"},
		"base64":              {body: base64.StdEncoding.EncodeToString([]byte("{\xff}")), base64: true, want: "{\xff}"},
		"none":                {},
		"bad base64":          {body: "*", base64: true, status: 400},
		"at the limit":        {body: limit, want: limit},
		"over the limit":      {body: limit + "x", status: 413},
		"base64 at the limit": {body: base64.StdEncoding.EncodeToString([]byte(limit)), base64: true, want: limit},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := httpapi.Body(&httpapi.Request{Body: tt.body, IsBase64Encoded: tt.base64})
			if string(got) != tt.want {
				t.Errorf("got %d bytes, want %d", len(got), len(tt.want))
			}
			if status := statusOf(err); status != tt.status {
				t.Errorf("%v: status %d, want %d", err, status, tt.status)
			}
		})
	}
}

func path(id string) map[string]string { return map[string]string{"userId": id} }

func text(err error) string {
	if err == nil {
		return ""
	}
	if r := new(events.Refusal); !errors.As(err, &r) {
		return "not a refusal: " + err.Error()
	}
	return err.Error()
}

func statusOf(err error) int {
	if err == nil {
		return 0
	}
	return httpapi.Refused(err).StatusCode
}
