package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/bulk"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
)

// stdout runs the command line and returns what it printed to standard output.
func stdout(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out, notes bytes.Buffer
	err := run(t.Context(), args, strings.NewReader(""), &out, &notes)
	return out.String(), err
}

// pipelineAt adds the endpoint of a running pipeline.
func pipelineAt(env *localrun.Environment, args ...string) []string {
	return append(args, "--endpoint", env.AWSURL)
}

func TestWhatIsPublishedIsRead(t *testing.T) {
	env := start(t)
	out, err := stdout(t, pipelineAt(env, "publish", "a b/c?%", "language=fr", "count=3", `tags=["a"]`, `quoted="3"`, "--wait")...)
	if err != nil || !strings.Contains(out, "accepted 01") || !strings.Contains(out, `  language  "fr"`) || !strings.Contains(out, "  count     3\n") {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err = stdout(t, pipelineAt(env, "publish", "a b/c?%", "count=null", "--unset", "tags", "--queue", "--wait", "--output", "json")...)
	var done published
	if err != nil || json.Unmarshal([]byte(out), &done) != nil || len(done.Profile.Preferences) != 2 || done.Superseded != nil || done.EventID.IsZero() {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err = stdout(t, pipelineAt(env, "get", "a b/c?%", "--output", "json")...)
	var got shownProfile
	if err != nil || json.Unmarshal([]byte(out), &got) != nil || got.Revision != done.Profile.Revision || got.Preferences["quoted"] != events.Text("3") || got.LastUpdated != done.Profile.LastUpdated {
		t.Errorf("%v\n%s", err, out)
	}
	// --api needs no AWS endpoint at all.
	out, err = stdout(t, "get", "a b/c?%", "--keys", "language", "--api", env.APIURL, "--endpoint", "http://127.0.0.1:1")
	if err != nil || !strings.Contains(out, `  language  "fr"`) || strings.Contains(out, "quoted") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err = stdout(t, pipelineAt(env, "publish", "a b/c?%", "--erase", "--wait")...); err != nil || !strings.Contains(out, "(nothing is visible)") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err = stdout(t, pipelineAt(env, "get", "a b/c?%")...); err == nil || out != "" || !strings.HasPrefix(err.Error(), "nothing of a b/c?% is visible: all was forgotten (revision ") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err = stdout(t, pipelineAt(env, "get", "nobody")...); err == nil || out != "" || err.Error() != "nothing is known of nobody" {
		t.Errorf("%v\n%s", err, out)
	}
}

// What is inferred is marked, and stays hidden while something is stated.
func TestWhatIsInferredIsMarked(t *testing.T) {
	env := start(t)
	for _, step := range []struct {
		args []string
		want string
	}{
		{[]string{"language=fr", "--inferred"}, "  language  \"fr\"  (inferred)\n"},
		{[]string{"language=de"}, "  language  \"de\"\n"},
		{[]string{"language=fr", "tone=brief", "--inferred"}, "  language  \"de\"\n  tone      \"brief\"  (inferred)\n"},
	} {
		args := append([]string{"publish", "i", "--wait"}, step.args...)
		if out, err := stdout(t, pipelineAt(env, args...)...); err != nil || !strings.Contains(out, step.want) {
			t.Errorf("%v: %v, printed\n%s", args, err, out)
		}
		if out, err := stdout(t, pipelineAt(env, "get", "i")...); err != nil || !strings.HasSuffix(out, step.want) {
			t.Errorf("get: %v, printed\n%s", err, out)
		}
	}
	out, err := stdout(t, pipelineAt(env, "publish", "i", "language=fr", "--wait", "--inferred")...)
	if want := "\nwhat somebody stated, or inferred later, hides what was inferred of language\n"; err != nil || !strings.HasSuffix(out, want) {
		t.Errorf("%v, printed\n%s", err, out)
	}
	for keys, want := range map[string]string{"language": "[]", "tone,language": `["tone"]`} {
		out, err := stdout(t, pipelineAt(env, "get", "i", "--output", "json", "--keys", keys)...)
		if want = `"inferred_keys":` + want; err != nil || !strings.Contains(strings.Join(strings.Fields(out), ""), want) {
			t.Errorf("--keys %s: %v, printed\n%s", keys, err, out)
		}
	}
}

func TestPublishNamesWhatALaterChangeHasSaid(t *testing.T) {
	env := start(t)
	if _, err := stdout(t, pipelineAt(env, "publish", "u", "tone=brief", "--wait")...); err != nil {
		t.Fatal(err)
	}
	earlier := events.NewClockOf(func() time.Time { return time.Now().Add(-time.Hour) }, bytes.NewReader(make([]byte, 64))).Next()
	out, err := stdout(t, pipelineAt(env, "publish", "u", "tone=formal", "--id", strings.ToLower(earlier.String()), "--wait")...)
	if err != nil || !strings.Contains(out, "accepted "+earlier.String()) || !strings.Contains(out, `  tone  "brief"`) || !strings.HasSuffix(out, "somebody has said something later about tone\n") {
		t.Errorf("%v\n%s", err, out)
	}
}

// aged is an id of that age.
func aged(age time.Duration) events.Stamp {
	return events.NewClockOf(func() time.Time { return time.Now().Add(-age) }, bytes.NewReader(make([]byte, 64))).Next()
}

// A change that the pipeline would refuse for its id alone is not sent, unless by --force.
// The bus takes it then, and it never shows.
func TestAnIDThatIsTooOldIsNotSentUnlessForced(t *testing.T) {
	env := start(t)
	old := aged(40 * 24 * time.Hour).String()
	out, err := botprefs(t, pipelineAt(env, "publish", "u", "tone=formal", "--id", old)...)
	const want = "--id: is 40 days old, at most 30 days are allowed: the pipeline would refuse it; --force sends it nevertheless"
	if err == nil || err.Error() != want || strings.Contains(out, "accepted") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := botprefs(t, "publish", "u", "tone=formal", "--endpoint", "http://127.0.0.1:1", "--id", aged(-10*time.Minute).String()); err == nil || !strings.HasPrefix(err.Error(), "--id: is 9m") && !strings.HasPrefix(err.Error(), "--id: is 10m") {
		t.Errorf("an id that is ahead: %v", err)
	}
	out, err = botprefs(t, pipelineAt(env, "publish", "u v", "tone=formal", "--id", old, "--force", "--wait", "--timeout", "1s")...)
	hint := "dlq list --endpoint " + env.AWSURL + " --of changes --user 'u v'\n"
	if err == nil || !strings.Contains(err.Error(), old+" is accepted, but u v does not reflect it after 1s") || !strings.Contains(err.Error(), hint) || out != "accepted "+old+" for u v\n" {
		t.Errorf("%v\n%s", err, out)
	}
}

// An interrupted wait has told the id, also where JSON would have it.
func TestAnInterruptedWaitHasToldTheID(t *testing.T) {
	env := start(t)
	for _, format := range []string{"table", "json"} {
		ctx, interrupt := context.WithCancel(t.Context())
		var out, notes interruptedBy
		out.done, notes.done = interrupt, interrupt
		args := pipelineAt(env, "publish", "u", "tone=formal", "--id", aged(40*24*time.Hour).String(), "--force", "--wait", "--output", format)
		if err := run(ctx, args, strings.NewReader(""), &out, &notes); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", format, err)
		}
		if told := map[string]string{"table": out.String(), "json": notes.String()}[format]; !strings.HasPrefix(told, "accepted 01") || !strings.HasSuffix(told, " for u\n") {
			t.Errorf("%s: on standard output %q, on standard error %q", format, out.String(), notes.String())
		}
	}
}

// interruptedBy is an output after whose first line somebody presses Ctrl-C.
type interruptedBy struct {
	bytes.Buffer
	done func()
}

func (i *interruptedBy) Write(p []byte) (int, error) {
	defer i.done()
	return i.Buffer.Write(p)
}

func TestPublishRefusesWhatCannotWork(t *testing.T) {
	for want, line := range map[string]string{
		"publish: name the user":                                            "publish",
		"publish: name a change: key=value":                                 "publish u",
		`"fr" is not key=value`:                                             "publish u fr",
		`"=fr" is not key=value`:                                            "publish u =fr",
		`"a=2": the key is given twice`:                                     "publish u a=1 a=2",
		"--unset a: the key is given twice":                                 "publish u a=1 --unset a",
		"--erase sets nothing":                                              "publish u a=1 --erase",
		"--inferred goes with neither":                                      "publish u a=1 --replace --inferred",
		"--id: ":                                                            "publish u a=1 --id x",
		"a: the value begins like JSON and is not":                          "publish u a={b",
		"preferences.a!: a key must":                                        "publish u a!=1",
		"preferences.a: has a number":                                       "publish u a=1e999",
		"publish: USER is empty":                                            "publish  a=1",
		"--timeout must be more than 0":                                     "publish u a=1 --wait --timeout 0s",
		`--file has the changes: leave out "u"`:                             "publish u --file f",
		"--file has the changes: leave out the flags":                       "publish --file f --erase",
		"--file has the changes: leave out the flags of":                    "publish --file f --inferred",
		"--file no/such/file cannot be read":                                "publish --file no/such/file",
		"--rate must be":                                                    "publish --file f --rate 0",
		"get: name the user: get USER":                                      "get",
		`get takes one user, and got "v" too`:                               "get u v",
		`--api: "x" is not a URL`:                                           "get u --api x",
		"nothing answers at the HTTP API http://127.0.0.1:1: correct --api": "get u --api http://127.0.0.1:1 --endpoint http://127.0.0.1:1",
	} {
		if out, err := botprefs(t, strings.Split(line, " ")...); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s\n%s", line, err, want, out)
		}
	}
}

func changesFile(t *testing.T, lines ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "changes.ndjson")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// The later of two lines about one key wins, a line that breaks a rule is named, and the
// others are published.
func TestAFileOfChangesIsPublished(t *testing.T) {
	env := start(t)
	lines := []string{`{"user_id":"u","preferences":{"tone":"brief"}}`, `{"user_id":"u","preferences":{"bad key":1}}`, ``}
	for i := range 25 {
		lines = append(lines, fmt.Sprintf(`{"user_id":"u%d","preferences":{"n":%d}}`, i, i))
	}
	file := changesFile(t, append(lines, `{"user_id":"u","preferences":{"tone":"formal"}}`)...)
	out, err := botprefs(t, pipelineAt(env, "publish", "--file", file, "--check")...)
	if err == nil || err.Error() != "lines that break a rule: 1 of 28" || !strings.Contains(out, "line 2: preferences.bad key") || !strings.Contains(out, "28 lines, 1 refused") {
		t.Errorf("%v\n%s", err, out)
	}
	out, err = botprefs(t, pipelineAt(env, "publish", "--file", file)...)
	if err == nil || err.Error() != "not published: 1 line, named above or in what an interrupted run printed" ||
		!strings.Contains(out, "line 2: preferences.bad key") || !strings.Contains(out, "28 lines, 27 changes published in ") {
		t.Errorf("%v\n%s", err, out)
	}
	if err := env.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	for user, want := range map[string]string{"u": `tone  "formal"`, "u24": "n  24"} {
		if out, err := stdout(t, pipelineAt(env, "get", user)...); err != nil || !strings.Contains(out, want) {
			t.Errorf("%s: %v\n%s", user, err, out)
		}
	}
	if _, err := os.Stat(file + ".checkpoint"); !os.IsNotExist(err) {
		t.Errorf("the checkpoint: %v", err)
	}
}

// --check finds what publishing would refuse, also ids, standard input, and as JSON.
func TestACheckFindsWhatWouldBeRefused(t *testing.T) {
	old := `{"user_id":"u","id":"` + aged(40*24*time.Hour).String() + `","preferences":{"tone":"brief"}}`
	file := changesFile(t, `{"user_id":"u","preferences":{"tone":"brief"}}`, old, `{"user_id":"u","preferences":{"bad key":1}}`)
	for _, source := range []string{file, "-"} {
		var out, notes bytes.Buffer
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		err = run(t.Context(), []string{"publish", "--file", source, "--check", "--output", "json"}, bytes.NewReader(text), &out, &notes)
		var got checkSummary
		if err == nil || err.Error() != "lines that break a rule: 2 of 3" || json.Unmarshal(out.Bytes(), &got) != nil || got.Lines != 3 || got.Refused != 2 ||
			got.RefusedLines[0].Line != 2 || !strings.Contains(got.RefusedLines[0].Why, "40 days old") || got.RefusedLines[1].Line != 3 ||
			!strings.Contains(notes.String(), "line 2: id: is 40 days old") {
			t.Errorf("%s: %v\n%s%s", source, err, &out, &notes)
		}
		if out, err := botprefs(t, "publish", "--file", file, "--check", "--force"); err == nil || err.Error() != "lines that break a rule: 1 of 3" {
			t.Errorf("by --force: %v\n%s", err, out)
		}
	}
	env := start(t)
	if out, err := botprefs(t, pipelineAt(env, "publish", "--file", changesFile(t, old))...); err == nil || !strings.Contains(out, "1 line, 0 changes published") {
		t.Errorf("%v\n%s", err, out)
	}
}

// A URL that is not that of the pipeline's HTTP API is an error, not an unknown user.
func TestGetTellsAWrongURLFromAnUnknownUser(t *testing.T) {
	env := start(t)
	for _, api := range []string{env.APIURL + "/v1", env.AWSURL + "/x"} {
		if out, err := stdout(t, "get", "u", "--api", api, "--endpoint", "http://127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), api) || !strings.Contains(err.Error(), "--api") || out != "" {
			t.Errorf("%s: %v\n%s", api, err, out)
		}
	}
	if _, err := stdout(t, "get", "u", "--api", env.APIURL, "--endpoint", "http://127.0.0.1:1"); err == nil || err.Error() != "nothing is known of u" {
		t.Error(err)
	}
}

func TestChangesOfStandardInputArePublished(t *testing.T) {
	env := start(t)
	var out, notes bytes.Buffer
	in := strings.NewReader(`{"user_id":"u","preferences":{"tone":"brief"}}` + "\n" + `{"user_id":"u","preferences":{"tone":"formal"}}`)
	if err := run(t.Context(), pipelineAt(env, "publish", "--file", "-", "--output", "json", "--queue"), in, &out, &notes); err != nil {
		t.Fatal(err, notes.String())
	}
	var s loadSummary
	if err := json.Unmarshal(out.Bytes(), &s); err != nil || s.Lines != 2 || s.Published != 2 || s.Refused != 0 {
		t.Errorf("%v\n%s", err, &out)
	}
	if err := env.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out, err := stdout(t, pipelineAt(env, "get", "u")...); err != nil || !strings.Contains(out, `tone  "formal"`) {
		t.Errorf("%v\n%s", err, out)
	}
}

// An interrupted run leaves a checkpoint. The same command publishes the rest, under the
// ids that it would have had.
func TestAnInterruptedFileResumes(t *testing.T) {
	env := start(t)
	var lines []string
	for i := range 40 {
		lines = append(lines, fmt.Sprintf(`{"user_id":"u%d","preferences":{"n":%d}}`, i, i))
	}
	file := changesFile(t, lines...)
	bus := newStoppingBus(t, env.AWSURL, 2)
	out, err := botprefs(t, "publish", "--file", file, "--endpoint", bus)
	if err == nil || !strings.Contains(out, "stopped after line 20: 20 changes published") || !strings.Contains(out, "the same command resumes there") {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err = botprefs(t, pipelineAt(env, "publish", "--file", file)...)
	if err != nil || !strings.Contains(out, "resuming after line 20 of the run that began at ") || !strings.Contains(out, "40 lines, 40 changes published in ") {
		t.Fatalf("%v\n%s", err, out)
	}
}

// The ids of lines without one count from the beginning of a run. The pipeline would refuse
// each of them where that is too long ago, so the command says so once.
func TestACheckpointThatIsTooOldIsRefusedAtOnce(t *testing.T) {
	env := start(t)
	file := changesFile(t, `{"user_id":"u1","preferences":{"n":1}}`, `{"user_id":"u2","preferences":{"n":2}}`)
	if out, err := botprefs(t, "publish", "--file", file, "--endpoint", newStoppingBus(t, env.AWSURL, 0)); err == nil {
		t.Fatal(out)
	}
	var checkpoint bulk.Checkpoint
	if found, err := backfill.ReadJSON(file+".checkpoint", &checkpoint); err != nil || !found {
		t.Fatal(found, err)
	}
	checkpoint.Began = checkpoint.Began.Add(-events.Horizon - time.Hour)
	if err := backfill.WriteJSON(file+".checkpoint", checkpoint); err != nil {
		t.Fatal(err)
	}
	out, err := botprefs(t, pipelineAt(env, "publish", "--file", file)...)
	if err == nil || err.Error() != "--checkpoint "+file+".checkpoint: the checkpoint is over 30 days old: begin again with --restart" || strings.Contains(out, "--force") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err = botprefs(t, pipelineAt(env, "publish", "--file", file, "--restart")...); err != nil || !strings.Contains(out, "2 lines, 2 changes published in ") {
		t.Errorf("with --restart: %v\n%s", err, out)
	}
}
