package httpapi_test

import (
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
)

// checkRefusal checks that an error is a refusal in printable text that names
// its rule and its field (the body as a whole has none), and that the answer
// says the same.
func checkRefusal(t *testing.T, err error) {
	t.Helper()
	r, ok := errors.AsType[*events.Refusal](err)
	if !ok {
		t.Fatalf("%v (%T), want a refusal", err, err)
	}
	text := r.Error()
	if r.Code == "" || r.Rule == "" || r.Field == "" && !strings.HasPrefix(r.Rule, "the body ") || len(text) > 1024 ||
		strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		t.Fatalf("code %q, field %q, rule %q", r.Code, r.Field, r.Rule)
	}
	if status := httpapi.Refused(err).StatusCode; status != 400 && status != 413 {
		t.Fatalf("answered with %d", status)
	}
}

// encoded writes a query in another way than it came.
func encoded(q httpapi.Query) string {
	var parts []string
	for name, values := range q {
		for _, v := range values {
			parts = append(parts, url.QueryEscape(name)+"="+url.QueryEscape(v))
		}
	}
	return "&" + strings.Join(parts, "&&")
}

// What a query says is the same however it is written, and the user and the keys
// that it names are valid.
func FuzzQuery(f *testing.F) {
	for _, seed := range [][2]string{
		{"", "u1"}, {"user_id=u1", ""}, {"user_id=u2", "u1"}, {"user_id=a%20b&keys=b,a,b", "a b"}, {"user_id=u1&user_id=u1", ""}, {"keys=a%2Cb", "u"}, {"keys=", "u"},
		{"user_id=%F0%9F%A6%8A", ""}, {"user_id=%00", ""}, {"user_id=%FF", ""}, {"%=1", ""}, {"a=b=c&&=d&e", "x"}, {"user_id=a+b%2Bc", ""}, {"keys=%G1", ""},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, raw, path string) {
		q, err := httpapi.ParseQuery(raw)
		if err != nil {
			checkRefusal(t, err)
			return
		}
		again, err := httpapi.ParseQuery(encoded(q))
		if diff := cmp.Diff(q, again); err != nil || diff != "" {
			t.Fatalf("written again: %v, (-first +again):\n%s", err, diff)
		}
		keys, err := q.Keys()
		if err != nil {
			checkRefusal(t, err)
		}
		if !slices.IsSorted(keys) || len(slices.Compact(slices.Clone(keys))) != len(keys) ||
			slices.ContainsFunc(keys, func(k string) bool { return !events.ValidKey(k) }) {
			t.Fatalf("keys %q", keys)
		}
		r := &httpapi.Request{RawQueryString: raw}
		if path != "" {
			r.PathParameters = map[string]string{"userId": path}
		}
		id, err := httpapi.UserID(r, q)
		if err != nil {
			checkRefusal(t, err)
			return
		}
		if events.ValidateUserID(id) != nil || path != "" && id != path {
			t.Fatalf("user %q of the path %q", id, path)
		}
		if given := q["user_id"]; len(given) > 1 || len(given) == 1 && given[0] != id {
			t.Fatalf("user %q, of the query's %q", id, given)
		}
	})
}

// The body is what was sent, or refused.
func FuzzBody(f *testing.F) {
	f.Add([]byte(`{"n":1}`), "", true)
	f.Add([]byte{0xff}, "*", false)
	f.Add([]byte(strings.Repeat("x", events.MaxChangeBytes+1)), "=", true)
	f.Fuzz(func(t *testing.T, content []byte, raw string, whole bool) {
		r := &httpapi.Request{Body: raw, IsBase64Encoded: true}
		if whole {
			r.Body = base64.StdEncoding.EncodeToString(content)
		}
		body, err := httpapi.Body(r)
		if err != nil {
			checkRefusal(t, err)
		}
		if whole && (err == nil) != (len(content) <= events.MaxChangeBytes) || whole && err == nil && string(body) != string(content) {
			t.Fatalf("%d bytes came as %d: %v", len(content), len(body), err)
		}
		plain, err := httpapi.Body(&httpapi.Request{Body: string(content)})
		if err != nil {
			checkRefusal(t, err)
		} else if string(plain) != string(content) {
			t.Fatalf("%q came as %q", content, plain)
		}
	})
}

// A list of entity tags names a revision where the revision's tag stands in it,
// wherever and however weak, and never otherwise.
func FuzzUnmodified(f *testing.F) {
	f.Add(`"7"`, `W/"8"`, int64(7))
	f.Add(`W/"6" , `, "*", int64(0))
	f.Add(`"`, `"7`, int64(-7))
	f.Fuzz(func(t *testing.T, list, rest string, revision int64) {
		names := func(list string) bool {
			return httpapi.Unmodified(&httpapi.Request{Headers: map[string]string{"if-none-match": list}}, revision)
		}
		tag := httpapi.ETag(revision)
		if names(list) && strings.TrimSpace(list) != "*" && !strings.Contains(list, tag) {
			t.Fatalf("%q does not name %s", list, tag)
		}
		for _, with := range []string{tag + "," + rest, "W/" + tag, `"x", ` + tag, ` W/"", W/` + tag + rest} {
			if !names(with) {
				t.Fatalf("%q names %s", with, tag)
			}
		}
	})
}
