package letterview_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/changes"
	"github.com/bot-preferences/bot-preferences/internal/letterview"
)

const letter = `{"version":"0","id":"e1","detail-type":"PreferenceChange","source":"my-bot","detail":{"id":"01KAR","user_id":"sam",` +
	`"preferences":{"tone":"s3cret","n":12345,"b":true,"o":{"tone":"s3cret"},"l":["s3cret"],"gone":null},"conversation_id":"s3cret","note":"s3cret","replace":true}}`

func TestValuesAreMasked(t *testing.T) {
	want := `{
  "version": "0",
  "id": "e1",
  "detail-type": "PreferenceChange",
  "source": "my-bot",
  "detail": {
    "id": "01KAR",
    "user_id": "sam",
    "preferences": {
      "tone": "(text, 8 bytes)",
      "n": "(number, 5 bytes)",
      "b": "(true or false)",
      "o": "(object, 17 bytes)",
      "l": "(list, 10 bytes)",
      "gone": null
    },
    "conversation_id": "(text, 8 bytes)",
    "note": "(text, 8 bytes)",
    "replace": true
  }
}
`
	if diff := cmp.Diff(want, letterview.Body(letter, false)); diff != "" {
		t.Error(diff)
	}
	if text := letterview.Body(letter, true); strings.Count(text, "s3cret") != 5 || !strings.Contains(text, `"n": 12345`) {
		t.Errorf("with values: %s", text)
	}
}

func TestABodyThatIsNotJSON(t *testing.T) {
	for name, tt := range map[string]struct{ body, want, with string }{
		"at all":        {"s3cret", "... 6 of 6 bytes cannot be read as JSON (--values shows them)\n", "s3cret\n"},
		"after a while": {`{"id":"e1","detail":{"preferences":{"a":"s3cret`, "", `{"id":"e1","detail":{"preferences":{"a":"s3cret` + "\n"},
		"empty":         {"", "\n", "\n"},
		"a terminal's":  {"\x1b[2J\u009b", "... 6 of 6 bytes cannot be read as JSON (--values shows them)\n", "\uFFFD[2J\uFFFD\n"},
	} {
		got := letterview.Body(tt.body, false)
		if tt.want != "" && got != tt.want || strings.Contains(got, "s3cret") {
			t.Errorf("%s: %q", name, got)
		}
		if got := letterview.Body(tt.body, true); got != tt.with {
			t.Errorf("%s, with values: %q", name, got)
		}
	}
	if got := letterview.Body(`{"id":"e1","detail":{"preferences":{"a":"s3cret`, false); !strings.Contains(got, `"id": "e1"`) || !strings.Contains(got, "cannot be read as JSON") {
		t.Errorf("what can be read is not shown: %s", got)
	}
}

// Brackets within brackets are not indented by kilometres.
func TestADeepBodyStaysShort(t *testing.T) {
	deep := strings.Repeat("[", 5000) + strings.Repeat("]", 5000)
	for _, body := range []string{`{"detail":{"preferences":{"a":` + deep + `}}}`, `{"resources":` + deep + `}`, deep} {
		if got := letterview.Body(body, true); got != body+"\n" {
			t.Errorf("%.20s is shown in %d bytes, and has %d", body, len(got), len(body))
		}
		if got := letterview.Body(body, false); len(got) > 200 {
			t.Errorf("%.20s is masked in %d bytes", body, len(got))
		}
	}
}

// What the pipeline and Lambda write about announcements has no values.
func TestMissedAnnouncementsAreShown(t *testing.T) {
	for _, body := range []string{
		`{"user_id":"u","revision":7,"previous_revision":6,"code":"unreadable","message":"p.a: must be a map","sequence_number":"1","erased":true,"as_of":"01K"}`,
		`{"requestContext":{"condition":"RetryAttemptsExhausted"},"responseContext":{"statusCode":200},"version":"1.0","timestamp":"t","DDBStreamBatchInfo":{"shardId":"s","batchSize":3}}`,
	} {
		if got := letterview.Body(body, false); strings.Contains(got, "bytes)") || strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(got, "\n", ""), "  ", ""), ": ", ":") != strings.ReplaceAll(body, ": ", ":") {
			t.Errorf("%s", got)
		}
	}
}

// No case of the contract shows more than it should, or fails.
func TestTheContractsCasesAreFormatted(t *testing.T) {
	for _, tt := range append(changes.Valid(), changes.Malformed()...) {
		body := string(tt.Body("e1", changes.Now))
		for _, values := range []bool{false, true} {
			if got := letterview.Body(body, values); got == "" || strings.ContainsAny(got, "\x1b\x00\u009b") {
				t.Errorf("%s: %.200q", tt.Name, got)
			}
		}
	}
}

func FuzzBody(f *testing.F) {
	f.Add(letter)
	f.Add(`[{"a":[1,{"b":2}]}]`)
	f.Add(`{"a":1}{"b":2}`)
	f.Fuzz(func(t *testing.T, body string) {
		marked := strings.ReplaceAll(body, "s3cret", "S3CRET")
		if got := letterview.Body(`{"detail":{"preferences":{"a":"s3cret"}},"x":`+marked+`}`, false); strings.Contains(got, "s3cret") {
			t.Errorf("%q", got)
		}
	})
}
