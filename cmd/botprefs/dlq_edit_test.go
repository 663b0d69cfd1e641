package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
	"github.com/bot-preferences/bot-preferences/internal/stage"
)

// edit runs redrive --edit with an editor that replaces text, and another answer. It
// returns what was printed and what the editor was shown each time.
func edit(t *testing.T, env *localrun.Environment, o redriveOptions, answer string, edits ...func(string) string) (out string, shown []string, err error) {
	t.Helper()
	o.clientOptions = clientOptions{endpoint: env.AWSURL, stage: stage.Default}
	o.edit, o.kind, o.max = true, kindChanges, 100
	o.editor = func(_ context.Context, _ cli.Streams, file string) error {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		shown = append(shown, string(text))
		n := min(len(shown), len(edits)) - 1
		return os.WriteFile(file, []byte(edits[n](string(text))), 0o600)
	}
	var b bytes.Buffer
	err = redrive(t.Context(), cli.Streams{In: strings.NewReader(answer), Out: &b, Err: &b}, o)
	return b.String(), shown, err
}

func replacing(old, new string) func(string) string {
	return func(text string) string { return strings.ReplaceAll(text, old, new) }
}

func same(text string) string { return text }

func TestEditSendsTheMendedChangeAndDeletesTheOld(t *testing.T) {
	env := start(t)
	body := changeOf("u1", `"formal"`)
	broken := strings.Replace(body, `"tone"`, `"tone!"`, 1)
	id := buryIn(t, env, letterQueue, broken, "malformed")
	buryIn(t, env, letterQueue, changeOf("u2", "1"), "redrive")
	out, shown, err := edit(t, env, redriveOptions{letterOptions: letterOptions{ids: []string{id[:8]}}}, "y\n",
		replacing(`"tone!"`, `"to ne"`), replacing(`"to ne"`, `"tone"`))
	if err != nil || !strings.Contains(out, "would apply: stores tone") || !strings.Contains(out, "sent the mended change") || strings.Contains(out, "new one") {
		t.Fatalf("%v\n%s", err, out)
	}
	// The first attempt was still refused, so the editor came back with the reason.
	if len(shown) != 2 || !strings.Contains(shown[1], "preferences.to ne: a key must match") || !strings.Contains(shown[0], `      "tone!": "formal"`) {
		t.Errorf("shown: %q", shown)
	}
	if err := env.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	env.Do(func(c *localaws.Cloud) {
		if table, _ := c.Tables.Table("bot-preferences-dev"); table.Len() != 1 {
			t.Errorf("%d profiles", table.Len())
		}
	})
	if visible, hidden := waiting(env, letterQueue); visible != 1 || hidden != 0 {
		t.Errorf("%d letters visible, %d hidden; want the other one visible", visible, hidden)
	}
}

func TestEditLeavesTheLetterUnlessSomebodyAgrees(t *testing.T) {
	env := start(t)
	body := strings.Replace(changeOf("u1", "1"), `"tone"`, `"tone!"`, 1)
	id := buryIn(t, env, letterQueue, body, "malformed")
	o := redriveOptions{letterOptions: letterOptions{ids: []string{id}}}
	mending := replacing(`"tone!"`, `"tone"`)
	for _, tt := range []struct {
		answer, want string
		edit         func(string) string
		dryRun       bool
	}{
		{"y\n", "nothing was changed", same, false},
		{"n\n", "Nothing was sent", mending, false},
		{"", "Nothing was sent", mending, false},
		{"y\n", "Nothing was sent", mending, true},
	} {
		o.dryRun = tt.dryRun
		out, _, err := edit(t, env, o, tt.answer, tt.edit)
		if err != nil || !strings.Contains(out, tt.want) {
			t.Errorf("%+v: %v\n%s", tt, err, out)
		}
		if left := buried(env); len(left) != 1 || left[0] != body {
			t.Fatalf("left: %q", left)
		}
		if _, hidden := waiting(env, letterQueue); hidden != 0 {
			t.Errorf("the letter stays hidden")
		}
	}
}

// A letter that is too old needs a new id. It then overrides what was said since.
func TestEditSaysWhatANewIDOverrides(t *testing.T) {
	env := start(t)
	env.Do(func(c *localaws.Cloud) {
		q, _ := c.Queues.Queue(changesQueue)
		if _, err := q.Send(changeAt(t, time.Now().Add(-time.Hour), "u1", "tone", `"later"`), nil, 0); err != nil {
			t.Fatal(err)
		}
	})
	if err := env.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	id := buryIn(t, env, letterQueue, changeAt(t, time.Now().Add(-31*24*time.Hour), "u1", "tone", `"old"`), "too_old")
	renew := func(text string) string { // the new id is the last line of the header
		lines := strings.Split(text, "\n")
		var fresh string
		for _, line := range lines {
			if strings.HasPrefix(line, "#   ") {
				fresh = strings.TrimSpace(line[1:])
			}
		}
		at := strings.LastIndex(text, `"id": "`) + len(`"id": "`)
		return text[:at] + fresh + text[at+26:]
	}
	out, shown, err := edit(t, env, redriveOptions{letterOptions: letterOptions{ids: []string{id}}, send: true}, "", renew)
	if err != nil || !strings.Contains(out, "The id is a new one") || !strings.Contains(out, "overrides what is stored of tone") || !strings.Contains(out, "sent the mended change") {
		t.Errorf("%v\n%s\n%s", err, out, shown)
	}
}

// A send that fails loses neither the letter nor the mended text.
func TestEditThatCannotSendLosesNothing(t *testing.T) {
	env := start(t)
	id := buryIn(t, env, letterQueue, strings.Replace(changeOf("u1", "1"), `"tone"`, `"tone!"`, 1), "malformed")
	closing := func(text string) string { // the change queue is gone when the letter is to be sent
		env.Do(func(c *localaws.Cloud) { c.Queues.DeleteQueue(changesQueue) })
		return strings.ReplaceAll(text, "tone!", "tone")
	}
	_, _, err := edit(t, env, redriveOptions{letterOptions: letterOptions{ids: []string{id}}, send: true}, "", closing)
	if err == nil || !strings.Contains(err.Error(), "the letter stays") {
		t.Fatal(err)
	}
	file := err.Error()[strings.Index(err.Error(), "text is in ")+len("text is in "):]
	file = file[:strings.Index(file, ";")]
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(file)) })
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), `"tone": 1`) {
		t.Errorf("%v: %s", err, text)
	}
	if left := buried(env); len(left) != 1 {
		t.Errorf("left: %q", left)
	}
}

func TestTheEditorIsTheUsers(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "letter.json")
	if err := os.WriteFile(file, []byte("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VISUAL", "")
	t.Setenv("EDITOR", "cp "+file+" "+file+".copy") // cp refuses a third file that is no folder
	std := cli.Streams{In: strings.NewReader(""), Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}
	if err := runEditor(t.Context(), std, file); err == nil || !strings.Contains(err.Error(), "the editor cp failed") {
		t.Errorf("%v", err)
	}
	t.Setenv("VISUAL", "no-such-editor --wait")
	if err := runEditor(t.Context(), std, file); err == nil || !strings.Contains(err.Error(), "there is no editor no-such-editor") {
		t.Errorf("%v", err)
	}
	t.Setenv("VISUAL", "touch -r "+folder)
	if err := runEditor(t.Context(), std, file); err != nil {
		t.Error(err)
	}
}
