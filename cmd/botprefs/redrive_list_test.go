package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/verdict"
)

// boxed are letters in the dead-letter queue of changes.
func boxed(letters ...letter) []*letterbox {
	b := &letterbox{kind: kindChanges}
	for _, l := range letters {
		b.letters = append(b.letters, judged{letter: l})
	}
	return []*letterbox{b}
}

func TestListShowsAgeAndNoControlCharacters(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	var out bytes.Buffer
	o := letterOptions{clientOptions: clientOptions{endpoint: "http://127.0.0.1:4566", stage: "prod"}}
	err := o.list(cli.Streams{Out: &out}, boxed(letter{
		Letter: deadletter.Letter{Code: "too_\u009bold", UserID: "a\x1b[2Jb", Message: "two\nlines"},
		ID:     "id-1", Sent: now.Add(-90 * time.Minute),
	}), now, cli.Table)
	if text := out.String(); err != nil || !strings.Contains(text, "1h30m") || strings.ContainsAny(text, "\x1b\u009b") || strings.Contains(text, "two\nlines") || !strings.Contains(text, `a\x1b[2Jb`) {
		t.Errorf("the list is %q", text)
	}
}

// What --help documents is what a program reads.
func TestListAsJSON(t *testing.T) {
	sent := time.Date(2026, 11, 23, 10, 0, 0, 250e6, time.FixedZone("", 3600))
	var out, notes bytes.Buffer
	o := letterOptions{max: 2}
	boxes := boxed(
		letter{ID: "id-1", Source: "my-bot", Sent: sent, Letter: deadletter.Letter{Code: "too_old", Message: "id: is old", UserID: "a\u009bb", Body: "s3cret"}},
		letter{ID: "id-2", Sent: sent, Letter: deadletter.Letter{Code: "redrive"}, Truncated: true},
	)
	boxes[0].name, boxes[0].more = "c-dlq", true
	boxes[0].letters[0].verdict = verdict.Verdict{Outcome: verdict.TooOld, Why: "too_old: id: is old", Final: true}
	boxes[0].letters[1].verdict = verdict.Verdict{Outcome: verdict.Applies, Why: "stores tone"}
	boxes[0].hidden = hiddenLetters{n: 2, until: time.Date(2026, 11, 23, 9, 0, 31, 0, time.UTC)}
	boxes = append(boxes, &letterbox{kind: kindAnnouncements, name: "a-dlq", err: errors.New("gone")})
	if err := o.list(cli.Streams{Out: &out, Err: &notes}, boxes, sent, cli.JSON); err != nil {
		t.Fatal(err)
	}
	want := `{
  "letters": [
    {
      "id": "id-1",
      "of": "changes",
      "code": "too_old",
      "message": "id: is old",
      "user_id": "a\u009bb",
      "source": "my-bot",
      "sent": "2026-11-23T09:00:00.25Z",
      "truncated": false,
      "verdict": "too_old",
      "why": "too_old: id: is old",
      "final": true
    },
    {
      "id": "id-2",
      "of": "changes",
      "code": "redrive",
      "sent": "2026-11-23T09:00:00.25Z",
      "truncated": true,
      "verdict": "would_apply",
      "why": "stores tone",
      "final": false
    }
  ],
  "queues": [
    {
      "of": "changes",
      "name": "c-dlq",
      "seen": 2,
      "more": true,
      "hidden": 2,
      "hidden_until": "2026-11-23T09:00:31Z"
    },
    {
      "of": "announcements",
      "name": "a-dlq",
      "seen": 0,
      "more": false,
      "error": "gone"
    }
  ]
}
`
	if out.String() != want || !strings.Contains(notes.String(), "There may be more") {
		t.Errorf("it prints %s\nand notes %q", &out, &notes)
	}
	out.Reset()
	o.code = "malformed"
	if err := o.list(cli.Streams{Out: &out, Err: &notes}, boxes, sent, cli.JSON); err != nil || !strings.Contains(out.String(), `"letters": [],`) {
		t.Errorf("a list of none is %q, %v", &out, err)
	}
}

// readLetters reads what --output json prints.
func readLetters(t *testing.T, out string) (list letterList) {
	t.Helper()
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return list
}

func TestRedriveListsAsJSON(t *testing.T) {
	env := start(t)
	id := bury(t, env, changeOf("u1", "1"), map[string]string{"ERROR_CODE": "too_old"})
	out, err := stdout(t, "redrive", "--endpoint", env.AWSURL, "--output", "json")
	list := readLetters(t, out).Letters
	if err != nil || len(list) != 1 || list[0].ID != id || list[0].Code != "too_old" || list[0].UserID != "u1" || list[0].Sent.IsZero() {
		t.Errorf("%v\n%s", err, out)
	}
}
