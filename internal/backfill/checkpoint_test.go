package backfill

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestACheckpointComesBackAsItWas(t *testing.T) {
	folder := t.TempDir()
	file := File(filepath.Join(folder, "checkpoint"))
	plan := Plan{Table: "arn", TableID: "id", Target: "bus b", Keys: []string{"a", "b"}}
	c := Begin(plan, 3, time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC))
	c.Segments[1] = Segment{After: "tg:\u2028\"1", Done: false}
	c.Counts = Counts{1, 2, 3, 4, 5, 6.5}
	if err := file.Save(Begin(plan, 3, c.Began)); err != nil {
		t.Fatal(err)
	}
	former, err := os.Stat(string(file))
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Save(c); err != nil {
		t.Fatal(err)
	}
	got, found, err := file.Load(plan, 3)
	if err != nil || !found || !cmp.Equal(got, c) {
		t.Errorf("%v %v %s", found, err, cmp.Diff(c, got))
	}
	info, err := os.Stat(string(file))
	if os.SameFile(former, info) {
		t.Error("the file was written over: a crash would leave a part of it")
	}
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v: it names users", info.Mode(), err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
	if err := file.Remove(); err != nil {
		t.Error(err)
	}
	if _, found, err := file.Load(plan, 3); found || err != nil {
		t.Errorf("after removal: %v %v", found, err)
	}
	if err := file.Remove(); err != nil {
		t.Errorf("removing it twice: %v", err)
	}
}

func TestACheckpointOfAnotherPlanIsRefused(t *testing.T) {
	file := File(filepath.Join(t.TempDir(), "checkpoint"))
	plan := Plan{Table: "arn", TableID: "id", Target: "bus b", Keys: []string{"a"}}
	c := Begin(plan, 2, time.Now())
	c.Items, c.Segments[1].After = 1, "u"
	if err := file.Save(c); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Plan, *int){
		"another table:":             func(p *Plan, _ *int) { p.Table = "other" },
		"created again":              func(p *Plan, _ *int) { p.TableID = "other" },
		"another target:":            func(p *Plan, _ *int) { p.Target = "queue q" },
		"another choice of keys:":    func(p *Plan, _ *int) { p.Keys = nil },
		"another number of segments": func(_ *Plan, n *int) { *n = 3 },
	} {
		p, n := plan, 2
		change(&p, &n)
		if _, _, err := file.Load(p, n); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), string(file)) {
			t.Errorf("%q: %v", want, err)
		}
	}
	for _, text := range []string{"", "{}", `{"version":2,"segments":[{}]}`, "[]"} {
		if err := os.WriteFile(string(file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := file.Load(plan, 2); err == nil || !strings.Contains(err.Error(), "not a checkpoint of") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A walk that was killed before its first page does not prevent another walk.
func TestACheckpointOfNothingIsNone(t *testing.T) {
	file := File(filepath.Join(t.TempDir(), "checkpoint"))
	plan, other := Plan{Target: "bus b"}, Plan{Target: "queue q"}
	for name, row := range map[string]struct {
		change func(*Checkpoint)
		none   bool
	}{
		"nothing":            {func(*Checkpoint) {}, true},
		"a page":             {func(c *Checkpoint) { c.Items, c.Segments[1].After = 1, "u" }, false},
		"a segment of none":  {func(c *Checkpoint) { c.Segments[1].Done = true }, false},
		"a page of no items": {func(c *Checkpoint) { c.Segments[1].After = "u" }, false},
	} {
		c := Begin(plan, 2, time.Now())
		row.change(&c)
		if err := file.Save(c); err != nil {
			t.Fatal(err)
		}
		if _, found, err := file.Load(other, 3); found || (err == nil) != row.none {
			t.Errorf("%s of another plan: found %t, %v", name, found, err)
		}
		if _, found, err := file.Load(plan, 2); found == row.none || err != nil {
			t.Errorf("%s of this plan: found %t, %v", name, found, err)
		}
	}
}

// A file that cannot be replaced stays whole.
func TestACheckpointThatCannotBeWrittenIsAnError(t *testing.T) {
	folder := t.TempDir()
	if err := File(filepath.Join(folder, "none", "checkpoint")).Save(Begin(Plan{}, 1, time.Now())); err == nil {
		t.Error("no error in a folder that is not there")
	}
	if err := File(folder).Save(Begin(Plan{}, 1, time.Now())); err == nil {
		t.Error("no error where a folder has the name")
	}
	if left, _ := filepath.Glob(folder + "*.*"); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// A page whose checkpoint was not saved is not done, because a resumed run would not
// know of it.
func TestAWalkThatCannotKeepItsLastPageIsNotDone(t *testing.T) {
	full := errors.New("no space left")
	for pages := 1; pages <= 3; pages++ {
		s := newStage(2 * pages)
		saved := 0
		w := s.walk(func(c Checkpoint) error {
			if saved++; saved == pages {
				return full
			}
			return nil
		})
		end, err := w.Run(t.Context(), Begin(Plan{}, 1, time.Time{}))
		if !errors.Is(err, full) || end.Done() || end.Items != int64(2*(pages-1)) || saved != pages {
			t.Errorf("of %d pages: error %v, done %t, %d items after %d checkpoints", pages, err, end.Done(), end.Items, saved)
		}
		if at, here := w.Progress(); at.Done() || here != at.Counts {
			t.Errorf("of %d pages: %+v, of this run %+v", pages, at, here)
		}
	}
}
