package telegram

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// For any input, each update that is read has an id and is the same when written and
// read again. There are no more updates than lines, and none after an error. The error
// names its line and fits in a log.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", "\n\n", `{"update_id":1,"message":{"message_id":7,` + sam + `,"text":"hi 😊"}}`,
		"{\"update_id\":1}\n\r\n{\"update_id\":2,\"edited_message\":{\"chat\":{\"id\":-100}}}", `{"update_id":1,"message":{"from":null}}`,
		"{\"update_id\":1}\n{oops\n{\"update_id\":2}", `{"update_id":-1}`, `{"update_id":1,"message":{"text":"\ud83d"}}`, `{"update_id":1e3}`, `{"update_id":9223372036854775808}`,
		`{"update_id":1,"update_id":2}`, "{\"\x1b[2J\":1,\"\x1b[2J\":1}", `{"message":{"\u001b[2J":{"a":1,"a":2}}}`, `null`, `[]`,
		`{"update_id":1,"message":{"from":{"id":777000},"sender_chat":{"id":-1},"is_automatic_forward":true,"forward_origin":{"type":"channel"},"via_bot":{"id":2}}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got []Update
		var failed error
		for u, err := range Read(strings.NewReader(text)) {
			if failed != nil {
				t.Fatalf("%v, %v after the error %v", u, err, failed)
			}
			if failed = err; err == nil {
				got = append(got, u)
			}
		}
		if lines := strings.Count(text, "\n") + 1; len(got) > lines {
			t.Fatalf("%d updates in %d lines", len(got), lines)
		}
		if failed != nil {
			message := failed.Error()
			if !strings.HasPrefix(message, "line ") || len(message) > 1024 || strings.ContainsFunc(message, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Fatalf("error %q", message)
			}
		}
		again := written(t, got)
		if diff := cmp.Diff(got, again); diff != "" {
			t.Fatalf("(-first +again):\n%s", diff)
		}
		for _, u := range got {
			if m := u.Said(); u.ID <= 0 || m != nil && (m.From == nil || m.From.IsBot || m.SenderChat != nil || m.ForwardOrigin != nil) {
				t.Fatalf("update %+v, said %+v", u, m)
			}
		}
	})
}

// written writes the updates and reads them again.
func written(t *testing.T, updates []Update) (again []Update) {
	t.Helper()
	var lines strings.Builder
	for _, u := range updates {
		if err := json.NewEncoder(&lines).Encode(u); err != nil {
			t.Fatal(err)
		}
	}
	for u, err := range Read(strings.NewReader(lines.String())) {
		if err != nil {
			t.Fatal(err)
		}
		again = append(again, u)
	}
	return again
}
