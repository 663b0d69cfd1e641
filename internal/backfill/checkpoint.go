package backfill

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Counts are what a walk did.
type Counts struct {
	Items      int64   `json:"items"` // looked at
	Announced  int64   `json:"announced"`
	Skipped    int64   `json:"skipped"`    // none of the keys concerns them
	Unreadable int64   `json:"unreadable"` // items that nobody can read
	Refused    int64   `json:"refused"`    // announcements that the target never takes
	Units      float64 `json:"units"`      // of read capacity
}

func (c *Counts) add(d Counts) {
	c.Items += d.Items
	c.Announced += d.Announced
	c.Skipped += d.Skipped
	c.Unreadable += d.Unreadable
	c.Refused += d.Refused
	c.Units += d.Units
}

// A Segment is how far one segment is announced.
type Segment struct {
	After string `json:"after"` // the last user of it; empty: none yet
	Done  bool   `json:"done"`
}

// A Plan is what a walk is about. A checkpoint serves the same plan alone.
type Plan struct {
	Table   string   `json:"table"`    // ARN
	TableID string   `json:"table_id"` // a table made anew under the same name has another
	Target  string   `json:"target"`
	Keys    []string `json:"keys"`
}

// A Checkpoint is how far a walk is: everything up to After of each segment is
// announced.
type Checkpoint struct {
	Version  int       `json:"version"`
	Plan     Plan      `json:"plan"`
	Began    time.Time `json:"began"`
	Counts   `json:"counts"`
	Segments []Segment `json:"segments"`
}

const version = 1

// Begin is the checkpoint of a walk that has done nothing yet.
func Begin(p Plan, segments int, now time.Time) Checkpoint {
	return Checkpoint{Version: version, Plan: p, Began: now.UTC(), Segments: make([]Segment, segments)}
}

// Done tells whether everything is announced.
func (c *Checkpoint) Done() bool {
	return !slices.ContainsFunc(c.Segments, func(s Segment) bool { return !s.Done })
}

// nothing tells whether no page was finished.
func (c *Checkpoint) nothing() bool {
	return c.Items == 0 && !slices.ContainsFunc(c.Segments, func(s Segment) bool { return s != Segment{} })
}

func (c Checkpoint) clone() Checkpoint {
	c.Segments = slices.Clone(c.Segments)
	return c
}

// serves tells why a checkpoint cannot be gone on from; nil: it can.
func (c *Checkpoint) serves(p Plan, segments int) error {
	for _, d := range []struct{ what, has, want string }{
		{"table", c.Plan.Table, p.Table},
		{"table of that name (it was made anew since)", c.Plan.TableID, p.TableID},
		{"target", c.Plan.Target, p.Target},
		{"choice of keys", strings.Join(c.Plan.Keys, ","), strings.Join(p.Keys, ",")},
		{"number of segments", fmt.Sprint(len(c.Segments)), fmt.Sprint(segments)},
	} {
		if d.has != d.want {
			return fmt.Errorf("it is of another %s: %q, not %q", d.what, d.has, d.want)
		}
	}
	return nil
}

// A File keeps a checkpoint, by its path. Only its owner may read it: it names
// users.
type File string

// ErrForeign is the error of a file that was never a checkpoint.
var ErrForeign = errors.New("it is no checkpoint that any version can read")

// Load reads the checkpoint of a plan. found is false where there is no file, and
// where the file is of a walk, whatever its plan, that has done nothing: killed
// before its first page, it is in nobody's way. The error says why a file is of no
// use.
func (f File) Load(p Plan, segments int) (c Checkpoint, found bool, err error) {
	text, err := os.ReadFile(string(f))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Checkpoint{}, false, nil
	case err != nil:
		return Checkpoint{}, false, err
	}
	switch err = json.Unmarshal(text, &c); {
	case err != nil || c.Version == 0:
		err = ErrForeign
	case c.Version != version || len(c.Segments) == 0:
		err = errors.New("it is no checkpoint that this version can read")
	case c.nothing():
		return Checkpoint{}, false, nil
	default:
		err = c.serves(p, segments)
	}
	if err != nil {
		return Checkpoint{}, false, fmt.Errorf("the checkpoint %s cannot be gone on from: %w; name another file", string(f), err)
	}
	return c, true, nil
}

// Save replaces the file in one step: whenever a crash comes, the file is whole,
// and the former or the new one.
func (f File) Save(c Checkpoint) error {
	text, err := json.Marshal(c, jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	next, err := os.CreateTemp(filepath.Dir(string(f)), filepath.Base(string(f))+".*") // of mode 0600
	if err != nil {
		return err
	}
	_, err = next.Write(text)
	// Synced, or a power failure could leave the new name without its content.
	if err = errors.Join(err, next.Sync(), next.Close()); err == nil {
		err = os.Rename(next.Name(), string(f))
	}
	if err != nil {
		return errors.Join(err, os.Remove(next.Name()))
	}
	return nil
}

// Remove drops the file, if it is there.
func (f File) Remove() error {
	if err := os.Remove(string(f)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
