package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/verdict"
)

func TestDLQShowAsJSON(t *testing.T) {
	env := start(t)
	body := changeAt(t, time.Now(), "u1", "tone", `"s3cret"`)
	id := buryIn(t, env, letterQueue, body, "NO_PERMISSIONS")
	show := func(args ...string) (l shownLetter, out string) {
		t.Helper()
		out, err := stdout(t, append([]string{"dlq", "show", "--endpoint", env.AWSURL, "--output", "json", id}, args...)...)
		if err != nil || json.Unmarshal([]byte(out), &l) != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return l, out
	}
	l, out := show()
	if l.ID != id || l.Queue != letterQueue || l.Source != "test" || l.UserID != "u1" || l.Verdict != "would_apply" || l.Received != 1 ||
		!strings.Contains(l.Advice, "--send "+id[:8]) || !l.Masked || !strings.Contains(l.Body, "(text, 8 bytes)") || strings.Contains(out, "s3cret") {
		t.Errorf("%s", out)
	}
	if l, out = show("--values"); l.Masked || l.Body != body {
		t.Errorf("with --values: %s", out)
	}
}

// Each chosen letter has its id, its verdict and what was done; the rest goes to standard
// error.
func TestRedriveActsAsJSON(t *testing.T) {
	env := start(t)
	good := buryIn(t, env, letterQueue, changeOf("u1", "1"), "redrive")
	bad := buryIn(t, env, letterQueue, strings.Replace(changeOf("u2", "1"), `"tone"`, `"tone!"`, 1), "malformed")
	old := buryIn(t, env, letterQueue, changeAt(t, time.Now().Add(-40*24*time.Hour), "u3", "tone", "1"), "too_old")
	act := func(args ...string) (letterList, string, error) {
		var out, told bytes.Buffer
		err := run(t.Context(), append([]string{"redrive", "--endpoint", env.AWSURL, "--output", "json"}, args...), strings.NewReader(""), &out, &told)
		return readLetters(t, out.String()), told.String(), err
	}
	list, told, err := act("--discard", old)
	if err != nil || len(list.Letters) != 1 || list.Letters[0].ID != old || list.Letters[0].Done != "discarded" || list.Letters[0].Verdict != "too_old" || !strings.Contains(told, "1 of 3 dead letters discarded") {
		t.Errorf("%v\n%+v\n%s", err, list, told)
	}
	list, told, err = act("--send", "--all")
	did := map[string]string{}
	for _, l := range list.Letters {
		did[l.ID] = string(l.Done) + " " + string(l.Verdict)
	}
	if err == nil || len(did) != 2 || did[good] != "sent would_apply" || did[bad] != "held refused" || !strings.Contains(told, "sent back "+good) {
		t.Errorf("%v\n%+v\n%s", err, list, told)
	}
	list, _, err = act("--send", "--force", "--source", "test")
	if err != nil || len(list.Letters) != 1 || list.Letters[0].Done != "sent" || list.Letters[0].Verdict != "refused" {
		t.Errorf("%v\n%+v", err, list)
	}
}

// A letter that an interruption left was not judged, and says so.
func TestALetterThatWasLeftHasAVerdict(t *testing.T) {
	o := redriveOptions{letterOptions: letterOptions{kind: kindChanges}, send: true, all: true}
	box := &letterbox{kind: kindChanges, letters: []judged{{letter: letter{ID: "m1"}}}}
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	if err := o.act(ctx, io.Discard, &letterOffice{boxes: []*letterbox{box}}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if l := o.listed([]*letterbox{box}).Letters; len(l) != 1 || l[0].Done != outcomeLeft || l[0].Verdict != verdict.Unknown || l[0].Why == "" {
		t.Errorf("%+v", l)
	}
}

func TestEditAsJSON(t *testing.T) {
	env := start(t)
	id := buryIn(t, env, letterQueue, strings.Replace(changeOf("u1", "1"), `"tone"`, `"tone!"`, 1), "malformed")
	buryIn(t, env, letterQueue, changeOf("u2", "1"), "redrive")
	o := redriveOptions{letterOptions: letterOptions{ids: []string{id}}, format: cli.JSON}
	for _, c := range []struct {
		edit func(string) string
		done outcome
	}{{same, outcomeLeft}, {replacing(`"tone!"`, `"tone"`), outcomeSent}} {
		out, _, err := edit(t, env, o, "y\n", c.edit)
		list := readLetters(t, out[strings.Index(out, "{\n  \"letters\""):])
		if err != nil || len(list.Letters) != 1 || list.Letters[0].ID != id || list.Letters[0].Done != c.done {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

// A bot's own letters can be chosen.
func TestLettersAreChosenByTheirBot(t *testing.T) {
	env := start(t)
	buryIn(t, env, letterQueue, changeOf("u1", "1"), "redrive")
	buryIn(t, env, letterQueue, strings.Replace(changeOf("u2", "1"), `"source":"test"`, `"source":"other"`, 1), "redrive")
	out, err := stdout(t, "dlq", "list", "--endpoint", env.AWSURL, "--output", "json", "--source", "other")
	if list := readLetters(t, out).Letters; err != nil || len(list) != 1 || list[0].UserID != "u2" || list[0].Source != "other" {
		t.Errorf("%v\n%s", err, out)
	}
}
