package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
)

// Any request to read. The contract names the answer. A refusal names its
// field, and nothing was read for it. A profile that is shown is the requested
// user's.
func FuzzGet(f *testing.F) {
	for _, seed := range [][5]string{
		{"GET", "u", "", "", ""}, {"GET", "a/b", "keys=a,b", `"7"`, ""}, {"GET", "", "user_id=u&keys=gone", `W/"7", "8"`, ""},
		{"GET", "erased", "", "*", ""}, {"GET", "throttled", "", "", ""}, {"GET", "denied", "%", "", ""}, {"POST", "u", "", "", ""}, {"GET", "u", "", "", `"7"`},
		{"GET", "\x00", "user_id=%00", `"`, ""}, {"GET", "u", "user_id=v", "", ""}, {"GET", "u", "keys=a&keys=b", "", ""}, {"GET", "nobody", "keys=", "", ""},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4])
	}
	f.Fuzz(func(t *testing.T, method, path, query, noneMatch, match string) {
		r := httpapi.Request{RawQueryString: query, Headers: map[string]string{"if-none-match": noneMatch, "If-Match": match}}
		r.RequestContext.HTTP.Method = method
		if path != "" {
			r.PathParameters = map[string]string{"userId": path}
		}
		var log bytes.Buffer
		var read []string
		get := getter(&log)
		stored := get.Read
		get.Read = func(ctx context.Context, user string) (events.Profile, error) {
			read = append(read, user)
			return stored(ctx, user)
		}
		answer, err := get.Get(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		checkGetAnswer(t, &answer, read, match)
	})
}

func checkGetAnswer(t *testing.T, answer *httpapi.Response, read []string, match string) {
	t.Helper()
	var said struct {
		Message     string                 `json:"message"`
		UserID      string                 `json:"user_id"`
		Preferences map[string]interface{} `json:"preferences"`
	}
	if answer.StatusCode != 304 && json.Unmarshal([]byte(answer.Body), &said) != nil {
		t.Fatalf("%d with a body that is no JSON: %q", answer.StatusCode, answer.Body)
	}
	if looked := slices.Contains([]int{200, 304, 404, 500, 503}, answer.StatusCode); looked != (len(read) == 1) {
		t.Errorf("%d after %d reads", answer.StatusCode, len(read))
	}
	switch answer.StatusCode {
	case 200:
		if said.UserID != read[0] || said.Preferences == nil || answer.Headers["ETag"] == "" {
			t.Errorf("asked for %q: %s", read[0], answer.Body)
		}
	case 304:
		if answer.Body != "" {
			t.Errorf("304 with a body: %s", answer.Body)
		}
	case 400:
		field, rule, found := strings.Cut(said.Message, ": ")
		if !found || field == "" || rule == "" || len(said.Message) > 1024 || strings.ContainsFunc(said.Message, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("the refusal does not name field and rule, or is not printable: %q", said.Message)
		}
	case 404, 405, 500, 503:
		if said.Message == "" || strings.Contains(answer.Body, "secret") {
			t.Errorf("%d %s", answer.StatusCode, answer.Body)
		}
	default:
		t.Errorf("answer %d is not in the contract", answer.StatusCode)
	}
	if match != "" && answer.StatusCode < 400 {
		t.Errorf("If-Match was ignored: %d", answer.StatusCode)
	}
}
