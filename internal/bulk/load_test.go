package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/bulk"
)

var began = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// A route records what it accepts, and answers each call of Publish by fail, which may
// be nil.
type route struct {
	got   []string
	calls int
	fail  func(call int, c *events.PreferenceChange) error
}

func (r *route) publish(_ context.Context, changes []events.PreferenceChange) (errs []error) {
	r.calls++
	for _, c := range changes {
		var err error
		if r.fail != nil {
			err = r.fail(r.calls, &c)
		}
		if err == nil {
			r.got = append(r.got, c.UserID)
		}
		errs = append(errs, err)
	}
	return errs
}

// each line is a user. "bad" is refused, "none" needs no change, "two" has two changes.
func read(_ context.Context, number int64, text []byte) ([]events.PreferenceChange, error) {
	user := string(text)
	change := func(part int) events.PreferenceChange {
		return events.PreferenceChange{ID: bulk.ID(began, "d", number, part, user), UserID: user, Preferences: events.Preferences{"k": events.Bool(true)}}
	}
	switch user {
	case "bad":
		return []events.PreferenceChange{change(0)}, &bulk.LineError{Err: errors.New("it is bad")} // of a refused line nothing is published
	case "none":
		return nil, nil
	case "two":
		return []events.PreferenceChange{change(0), change(1)}, nil
	case "broken":
		return nil, errors.New("the table does not answer")
	}
	return []events.PreferenceChange{change(0)}, nil
}

func load(r *route, refused *[]string) *bulk.Load {
	return &bulk.Load{Read: read, Publish: r.publish, OnRefused: func(number int64, err error) {
		*refused = append(*refused, fmt.Sprintf("%d %v", number, err))
	}}
}

func start() bulk.Checkpoint {
	return bulk.Begin(bulk.Plan{Command: "test", Digest: "d", Target: "t"}, began)
}

func TestEveryLineIsPublishedOrReported(t *testing.T) {
	var r route
	var refused []string
	r.fail = func(_ int, c *events.PreferenceChange) error {
		if c.UserID == "u3" {
			return &events.SendError{Outcome: events.Rejected, Err: errors.New("no")}
		}
		return nil
	}
	at, err := load(&r, &refused).Run(t.Context(), strings.NewReader("u1\n\nbad\nnone\ntwo\nu3\nu4"), start())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"u1", "two", "two", "u4"}, r.got); diff != "" {
		t.Error(diff)
	}
	if len(refused) != 2 || !strings.HasPrefix(refused[0], "3 it is bad") || !strings.HasPrefix(refused[1], "6 rejected") {
		t.Errorf("%q", refused)
	}
	if diff := cmp.Diff(bulk.Counts{Lines: 6, Published: 4, Skipped: 1, Refused: 2}, at.Counts); diff != "" || at.Line != 7 {
		t.Errorf("line %d: %s", at.Line, diff)
	}
}

// A load that ends at any of its checkpoints, and resumes, publishes every line, and
// again only what was not committed.
func TestItResumesFromItsCheckpoint(t *testing.T) {
	var text strings.Builder
	var want []string
	for i := range 47 {
		want = append(want, fmt.Sprint("u", i))
		fmt.Fprintln(&text, want[i])
	}
	for stop := 1; stop <= 5; stop++ {
		var r route
		var refused []string
		saved := 0
		l := load(&r, &refused)
		l.Save = func(bulk.Checkpoint) error {
			if saved++; saved == stop {
				return errors.New("the disk is full")
			}
			return nil
		}
		at, err := l.Run(t.Context(), strings.NewReader(text.String()), start())
		if err == nil || at.Line != int64(10*(stop-1)) {
			t.Fatalf("stop %d: line %d, %v", stop, at.Line, err)
		}
		l.Save = nil
		at, err = l.Run(t.Context(), strings.NewReader(text.String()), at)
		if err != nil || at.Published != 47 {
			t.Errorf("stop %d: %d published, %v", stop, at.Published, err)
		}
		slices.Sort(r.got)
		repeated := len(r.got)
		slices.Sort(want)
		if got := slices.Compact(r.got); !slices.Equal(got, want) || repeated-len(want) > 10 {
			t.Errorf("stop %d: %d of %d users, %d sent", stop, len(got), len(want), repeated)
		}
	}
}

// A checkpoint costs a write to the disk, so a fast load saves one in a second, and the
// last one in any case.
func TestCheckpointsAreSavedNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var refused []string
		var saved []int64
		r := route{fail: func(int, *events.PreferenceChange) error { time.Sleep(25 * time.Millisecond); return nil }}
		l := load(&r, &refused)
		l.SaveEvery = time.Second
		l.Save = func(c bulk.Checkpoint) error { saved = append(saved, c.Line); return nil }
		at, err := l.Run(t.Context(), strings.NewReader(strings.Repeat("u\n", 95)+"broken\n"), start())
		if err == nil || at.Line != 90 || !slices.Equal(saved, []int64{40, 80, 90}) {
			t.Errorf("%v, line %d, saved %d", err, at.Line, saved)
		}
	})
}

func TestWhatMaySucceedLaterIsOfferedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var refused []string
		ids := map[string]events.Stamp{}
		r := route{fail: func(call int, c *events.PreferenceChange) error {
			if known, ok := ids[c.UserID]; ok && known != c.ID {
				t.Errorf("%s is offered again under another id", c.UserID)
			}
			ids[c.UserID] = c.ID
			if call < 4 && c.UserID == "u2" {
				return &events.SendError{Outcome: events.Uncertain, Err: errors.New("no answer")}
			}
			return nil
		}}
		at, err := load(&r, &refused).Run(t.Context(), strings.NewReader("u1\nu2\nu3\n"), start())
		if err != nil || at.Published != 3 || len(refused) > 0 || !slices.Equal(r.got, []string{"u1", "u3", "u2"}) {
			t.Errorf("%v, %+v, %q, %q", err, at, refused, r.got)
		}
	})
}

func TestARouteThatAcceptsNothingEndsTheLoad(t *testing.T) {
	for name, row := range map[string]struct {
		err   *events.SendError
		calls int
	}{
		"for now":     {&events.SendError{Outcome: events.NotSent, Err: errors.New("throttled")}, 10},
		"for certain": {&events.SendError{Outcome: events.NotSent, Persistent: true, Err: errors.New("denied")}, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			var refused []string
			r := route{fail: func(int, *events.PreferenceChange) error { return row.err }}
			at, err := load(&r, &refused).Run(t.Context(), strings.NewReader("u1\n"), start())
			if !errors.Is(err, row.err) || r.calls != row.calls || at.Line != 0 || len(refused) > 0 {
				t.Errorf("%s: %v after %d calls, line %d", name, err, r.calls, at.Line)
			}
		})
	}
}

// What the line is not to blame for ends the load, and the line is not lost.
func TestAReadThatFailsEndsTheLoad(t *testing.T) {
	var r route
	var refused []string
	at, err := load(&r, &refused).Run(t.Context(), strings.NewReader("u1\nbroken\nu2"), start())
	if err == nil || err.Error() != "line 2: the table does not answer" || at.Line != 0 || len(refused) > 0 {
		t.Errorf("%v, line %d, %q", err, at.Line, refused)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	if _, err := load(&r, &refused).Run(ctx, strings.NewReader("u1\n"), start()); !errors.Is(err, context.Canceled) {
		t.Errorf("an interruption is %v", err)
	}
}

func TestALineThatIsTooLongIsRefusedAlone(t *testing.T) {
	var r route
	var refused []string
	text := "u1\n" + strings.Repeat("x", bulk.MaxLineBytes+1) + "\nu2\n" + strings.Repeat("y", bulk.MaxLineBytes+1)
	at, err := load(&r, &refused).Run(t.Context(), strings.NewReader(text), start())
	if err != nil || !slices.Equal(r.got, []string{"u1", "u2"}) || len(refused) != 2 || at.Line != 4 || at.Bytes != int64(len(text)) {
		t.Errorf("%v, %q, %q, %+v", err, r.got, refused, at)
	}
}

func TestAFileIsCheckedWhole(t *testing.T) {
	var refused []int64
	check := func(_ int64, text []byte) error {
		if string(text) == "bad" {
			return errors.New("it is bad")
		}
		return nil
	}
	text := "u1\nbad\n\n  \nu2\nbad"
	s, err := bulk.Check(t.Context(), strings.NewReader(text), check, func(number int64, _ error) { refused = append(refused, number) })
	if err != nil || s.Lines != 4 || s.Refused != 2 || s.Bytes != int64(len(text)) || !slices.Equal(refused, []int64{2, 6}) {
		t.Errorf("%v, %+v, %v", err, s, refused)
	}
	again, _ := bulk.Check(t.Context(), strings.NewReader(text), check, func(int64, error) {})
	other, _ := bulk.Check(t.Context(), strings.NewReader(text+" "), check, func(int64, error) {})
	if again.Digest != s.Digest || other.Digest == s.Digest || len(s.Digest) != 32 {
		t.Errorf("digests %s, %s, %s", s.Digest, again.Digest, other.Digest)
	}
}

func TestIDsAreInTheOrderOfTheLines(t *testing.T) {
	last := events.Stamp{}
	for line := int64(1); line < 100_000; line += 999 {
		for part := range 3 {
			id := bulk.ID(began, "d", line, part, "u")
			if !id.After(last) || !id.Time().Equal(began) {
				t.Fatalf("line %d, part %d: %s after %s", line, part, id, last)
			}
			last = id
		}
	}
	id := bulk.ID(began, "d", 1, 0, "u")
	for _, other := range []events.Stamp{bulk.ID(began, "e", 1, 0, "u"), bulk.ID(began, "d", 1, 0, "v"), bulk.ID(began.Add(time.Millisecond), "d", 1, 0, "u")} {
		if other == id {
			t.Error("two changes have one id")
		}
	}
	if bulk.ID(began, "d", 1, 0, "u") != id {
		t.Error("a line has another id the second time")
	}
}

func TestACheckpointServesItsOwnLoad(t *testing.T) {
	plan := bulk.Plan{Command: "import", Digest: "d", Target: "bus b"}
	file := bulk.File(filepath.Join(t.TempDir(), "checkpoint"))
	if _, found, err := file.Load(plan); found || err != nil {
		t.Errorf("no file: %t, %v", found, err)
	}
	want := bulk.Begin(plan, began.Add(time.Microsecond))
	want.Line, want.Bytes, want.Counts = 7, 70, bulk.Counts{Lines: 6, Published: 5, Skipped: 1}
	if err := file.Save(want); err != nil {
		t.Fatal(err)
	}
	got, found, err := file.Load(plan)
	if diff := cmp.Diff(want, got); diff != "" || !found || err != nil {
		t.Errorf("%t, %v: %s", found, err, diff)
	}
	for why, other := range map[string]bulk.Plan{
		`another command, "import"`:        {Command: "publish", Digest: "d", Target: "bus b"},
		"the file has changed since":       {Command: "import", Digest: "e", Target: "bus b"},
		`another target: "bus b", not "c"`: {Command: "import", Digest: "d", Target: "c"},
	} {
		if _, _, err := file.Load(other); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%v, want %s", err, why)
		}
	}
	for text, why := range map[string]error{`{"version":9}`: nil, `{}`: backfill.ErrForeign, `not JSON`: backfill.ErrForeign} {
		if err := os.WriteFile(string(file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := file.Load(plan); err == nil || why != nil && !errors.Is(err, why) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := errors.Join(file.Remove(), file.Remove()); err != nil {
		t.Error(err)
	}
}
