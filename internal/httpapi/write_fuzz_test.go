package httpapi_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/changes"
	"github.com/bot-preferences/bot-preferences/internal/lab/routetest"
)

// writing sends a request to an API with an empty table and checks the rules of
// every answer. The contract names it. Where it says accepted, exactly one
// change was sent; the consumer can read it, and the answer has its id.
// Otherwise none was sent, and a refusal names field and rule in printable
// text.
func writing(t *testing.T, r httpapi.Request) (taken []events.PreferenceChange) {
	t.Helper()
	route, table := &routetest.Route{}, &profiles{}
	answer := call(t, newWriter(t, route, table), r)
	var said struct {
		Message string       `json:"message"`
		EventID events.Stamp `json:"event_id"`
	}
	if err := json.Unmarshal([]byte(answer.Body), &said); err != nil {
		t.Fatalf("%d with a body that is no JSON: %q", answer.StatusCode, answer.Body)
	}
	taken = route.Changes(t)
	switch answer.StatusCode {
	case 202:
		if len(taken) != 1 || said.EventID != taken[0].ID || events.CheckTime(said.EventID, start) != nil {
			t.Fatalf("%s, but sent %v", answer.Body, taken)
		}
		return taken
	case 400, 413:
		field, _, found := strings.Cut(said.Message, ": ")
		whole := strings.HasPrefix(said.Message, "the ")
		if !whole && (!found || field == "") || len(said.Message) > 1024 ||
			strings.ContainsFunc(said.Message, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("the refusal does not name field and rule, or is not printable: %q", said.Message)
		}
	case 405:
	default:
		t.Fatalf("answer %d %s is not in the contract of an API whose bus and table work", answer.StatusCode, answer.Body)
	}
	if len(taken) != 0 {
		t.Fatalf("%d %s, but sent %v", answer.StatusCode, answer.Body, taken)
	}
	return nil
}

// FuzzWrite is any request of the writing routes.
func FuzzWrite(f *testing.F) {
	for _, c := range append(changes.Valid(), changes.Malformed()...) {
		if len(c.Text) < 2<<10 {
			f.Add("POST", "", "", c.Text, "", false)
		}
	}
	for _, body := range []string{`{"n":1,"old":null}`, `{}`, ` {"n":1} `, `{"n":1},"replace":true`, `{"n":1}},"x":{"y":1}`, `[1]`, "{\"n\":\"\xff\"}", ``} {
		f.Add("PATCH", "u1", "", []byte(body), "", true)
		f.Add("PUT", "", "user_id=u1", []byte(body), "", false)
	}
	f.Add("DELETE", "u1", "", []byte("x"), "", false)
	f.Add("DELETE", "", "user_id=u1&user_id=u2", []byte(nil), `"1"`, false)
	f.Add("GET", "u1", "", []byte(nil), "", false)
	f.Fuzz(func(t *testing.T, method, path, query string, body []byte, match string, encoded bool) {
		r := request(method, path, query, string(body), "If-Match", match)
		if encoded {
			r.Body, r.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
		}
		taken := writing(t, r)
		if taken == nil {
			return
		}
		if match != "" {
			t.Fatal("If-Match was ignored")
		}
		c := taken[0]
		if path != "" && method != "POST" && c.UserID != path {
			t.Fatalf("a write to %q became one to %q", path, c.UserID)
		}
		want := events.PreferenceChange{ID: c.ID, UserID: c.UserID, Replace: true}
		if method != "DELETE" {
			want = written(t, method, c.ID, c.UserID, body)
		}
		if diff := cmp.Diff(want, c, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s %q (-asked +sent):\n%s", method, body, diff)
		}
	})
}

// written is the change that an accepted body asks for, found without the API's
// own way of reading it.
func written(t *testing.T, method string, id events.Stamp, user string, body []byte) events.PreferenceChange {
	t.Helper()
	if method == "POST" {
		c, err := events.ParseChange(body)
		if err != nil {
			t.Fatalf("accepted: %q, which is %v", body, err)
		}
		c.ID = id
		return c
	}
	var p events.Preferences
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatalf("accepted: %q, which is %v", body, err)
	}
	return events.PreferenceChange{ID: id, UserID: user, Preferences: p, Replace: method == "PUT"}
}
