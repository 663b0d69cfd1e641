package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
	"github.com/bot-preferences/bot-preferences/internal/profilefile"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

// visibleProfiles are the visible preferences of every user, as a scan finds them.
func visibleProfiles(t *testing.T, env *localrun.Environment) map[string]events.Preferences {
	t.Helper()
	if err := env.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	cfg, err := (&clientOptions{endpoint: env.AWSURL}).load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	page, err := profilestore.NewScanner(tables(cfg), devTable).Page(t.Context(), profilestore.Position{Segments: 1, Limit: 1000})
	if err != nil || page.After != "" {
		t.Fatal(err, page.After)
	}
	all := map[string]events.Preferences{}
	for i := range page.Profiles {
		all[page.Profiles[i].UserID] = page.Profiles[i].Visible()
	}
	return all
}

func exportedFile(t *testing.T) string { return filepath.Join(t.TempDir(), "profiles.ndjson") }

// What is exported from one pipeline and imported into another is visible there. Both the
// second import and an import into the first pipeline change nothing.
func TestARoundTrip(t *testing.T) {
	s := newSkill(t)
	for i := range 60 {
		s.say(fmt.Sprint("u", i), events.Preferences{"n": events.Number(i), "odd": events.Bool(i%2 == 1)})
	}
	s.say("u7", events.Preferences{"n": events.Unset})
	s.say("u8", nil)
	s.say("u8", events.Preferences{"since": events.Text("é\u2028")})
	want := visibleProfiles(t, s.env)
	file, checkpoint := exportedFile(t), filepath.Join(t.TempDir(), "checkpoint")
	if out, err := s.run("export", "--file", file, "--checkpoint", checkpoint); err != nil || !strings.Contains(out, "63 of 63 profiles written in ") {
		t.Fatalf("%v\n%s", err, out)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", err, info.Mode())
	}
	other, err := localrun.Start(t.Context(), localrun.Options{Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	imports := func(env *localrun.Environment) string {
		out, err := botprefs(t, pipelineAt(env, "import", "--file", file, "--rate", "10000")...)
		if err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return out
	}
	if out := imports(other); !strings.Contains(out, "63 lines, 65 changes published in ") {
		t.Error(out)
	}
	if diff := cmp.Diff(want, visibleProfiles(t, other)); diff != "" {
		t.Error(diff)
	}
	for _, env := range []*localrun.Environment{other, s.env} {
		before := revisions(t, env)
		imports(env)
		if diff := cmp.Diff(before, revisions(t, env)); diff != "" {
			t.Errorf("an import that changes nothing makes revisions: %s", diff)
		}
	}
	// another export has the same lines, but for revisions and times
	out, err := stdout(t, pipelineAt(other, "export", "--file", "-")...)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(lasting(t, string(text)), lasting(t, out)); diff != "" {
		t.Error(diff)
	}
}

func revisions(t *testing.T, env *localrun.Environment) map[string]int64 {
	t.Helper()
	visibleProfiles(t, env) // waits
	out, err := stdout(t, pipelineAt(env, "export")...)
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]int64{}
	for line := range strings.Lines(out) {
		var p struct {
			UserID   string `json:"user_id"`
			Revision int64
		}
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatal(err)
		}
		list[p.UserID] = p.Revision
	}
	return list
}

// lasting are the lines of an export without what another table has otherwise.
func lasting(t *testing.T, text string) map[string]map[string]any {
	t.Helper()
	list := map[string]map[string]any{}
	for line := range strings.Lines(text) {
		var p map[string]any
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatal(err)
		}
		delete(p, "revision")
		delete(p, "last_updated")
		list[p["user_id"].(string)] = p
	}
	return list
}

// runExport exports what read answers, as the command does.
func runExport(t *testing.T, out *os.File, o walkOptions, read func(at backfill.Position) (backfill.Page, error)) (backfill.Checkpoint, error) {
	t.Helper()
	from, err := o.from(cli.Streams{Err: io.Discard}, backfill.Plan{Target: "file"}, "export", "")
	if err != nil {
		t.Fatal(err)
	}
	w, err := profilefile.Resume(out, from.Output)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	walk := &backfill.Walk{Deliver: w.Deliver, Save: backfill.File(o.checkpoint).Save, Read: func(_ context.Context, at backfill.Position) (backfill.Page, error) {
		mu.Lock()
		defer mu.Unlock()
		return read(at)
	}}
	return walk.Run(t.Context(), from)
}

// An export that stops at any page resumes, and the file has each profile once.
func TestAnInterruptedExportResumes(t *testing.T) {
	file := exportedFile(t)
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	users := map[string]bool{}
	o := walkOptions{segments: 3, checkpoint: filepath.Join(t.TempDir(), "checkpoint")}
	read := func(stop int) func(at backfill.Position) (backfill.Page, error) {
		calls := 0
		return func(at backfill.Position) (backfill.Page, error) {
			if calls++; calls == stop {
				return backfill.Page{}, errors.New("killed")
			}
			n := 0
			if at.After != "" {
				_, _ = fmt.Sscanf(at.After[2:], "%d", &n)
			}
			user := fmt.Sprintf("%d-%d", at.Segment, n+1)
			users[user] = true
			page := backfill.Page{Profiles: []events.Profile{{UserID: user, Revision: 1}}, After: user, Units: 1}
			if n == 4 {
				page.After = ""
			}
			return page, nil
		}
	}
	var at backfill.Checkpoint
	for stop := 2; ; stop++ {
		// whatever a killed run has written beyond its checkpoint is cut
		if _, err := out.WriteAt([]byte("half a line"), at.Output); err != nil {
			t.Fatal(err)
		}
		if at, err = runExport(t, out, o, read(stop)); err == nil {
			break
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := lasting(t, string(text))
	if want := slices.Sorted(maps.Keys(users)); !slices.Equal(slices.Sorted(maps.Keys(got)), want) || len(want) != 15 || bytes.Count(text, []byte("\n")) != 15 {
		t.Errorf("%d lines of %d users, want %d", bytes.Count(text, []byte("\n")), len(got), len(want))
	}
}

func TestExportAndImportRefuseWhatCannotWork(t *testing.T) {
	full, old, future := changesFile(t, "x"), changesFile(t, `{"user_id":"u","preferences":{"a":1}}`), changesFile(t, "x")
	if err := errors.Join(os.Chtimes(old, time.Time{}, time.Now().Add(-40*24*time.Hour)), os.Chtimes(future, time.Time{}, time.Now().Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	env := start(t)
	for want, args := range map[string][]string{
		"--file " + full + " is there already: --restart replaces it": {"export", "--file", full, "--checkpoint", filepath.Join(t.TempDir(), "c")},
		"--file /no/such/folder/f cannot be written":                  {"export", "--file", "/no/such/folder/f", "--checkpoint", "none"},
		"--segments must be 1 to 100":                                 {"export", "--segments", "0"},
		`--table: "a b" is not the name`:                              {"export", "--table", "a b"},
		env.AWSURL + " has no table other: correct --table":           {"export", "--table", "other"},
		"say which file: --file FILE":                                 {"import"},
		"--file: an import reads its file twice":                      {"import", "--file", "-"},
		"--file /no/such/file cannot be read":                         {"import", "--file", "/no/such/file"},
		`--as-of: "today" is not a time such as`:                      {"import", "--file", full, "--as-of", "today"},
		"--as-of must not be in the future":                           {"import", "--file", full, "--as-of", "2100-01-01T00:00:00Z"},
		"--as-of must not be over 29 days ago":                        {"import", "--file", full, "--as-of", "2020-01-01T00:00:00Z"},
		"--file " + future + " was modified in the future, at ":       {"import", "--file", future},
		"lines that break a rule: 1 of 1":                             {"import", "--file", old, "--check"},
	} {
		if out, err := botprefs(t, pipelineAt(env, args...)...); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s\n%s", args, err, want, out)
		}
	}
}

// A file that somebody made of other data counts from when it was written. To import it
// again changes nothing, and what was said since stays.
func TestAFileOfOtherDataIsImported(t *testing.T) {
	env := start(t)
	file := changesFile(t, `{"user_id":"u1","preferences":{"tone":"brief","n":1}}`, `{"user_id":"u2"}`, `{"user_id":"u3","preferences":{"tone":"brief"}}`)
	if err := os.Chtimes(file, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if out, err := stdout(t, pipelineAt(env, "publish", "u1", "tone=formal", "--wait")...); err != nil {
		t.Fatal(err, out)
	}
	var before map[string]int64
	for i := range 2 {
		out, err := botprefs(t, pipelineAt(env, "import", "--file", file)...)
		if err == nil || err.Error() != "not published: 1 line, named above or in what an interrupted run printed" ||
			!strings.Contains(out, "line 2: preferences: is required") || !strings.Contains(out, "3 lines, 2 changes published") {
			t.Errorf("%v\n%s", err, out)
		}
		after := revisions(t, env)
		if i > 0 && cmp.Diff(before, after) != "" {
			t.Error(cmp.Diff(before, after))
		}
		before = after
	}
	want := map[string]events.Preferences{"u1": {"tone": events.Text("formal"), "n": events.Number(1)}, "u3": {"tone": events.Text("brief")}}
	if diff := cmp.Diff(want, visibleProfiles(t, env)); diff != "" {
		t.Error(diff)
	}
}
