package backfill

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

// Counts are the results of a walk.
type Counts struct {
	Items      int64   `json:"items"`      // items that were read
	Announced  int64   `json:"announced"`  // or delivered elsewhere
	Skipped    int64   `json:"skipped"`    // profiles that none of the keys concerns
	Unreadable int64   `json:"unreadable"` // items that cannot be decoded
	Refused    int64   `json:"refused"`    // announcements that the target can never accept
	Units      float64 `json:"units"`      // read capacity
}

func (c *Counts) add(d Counts) {
	c.Items += d.Items
	c.Announced += d.Announced
	c.Skipped += d.Skipped
	c.Unreadable += d.Unreadable
	c.Refused += d.Refused
	c.Units += d.Units
}

// A Segment says how far one segment is announced.
type Segment struct {
	After string `json:"after"` // the last announced user; empty: none yet
	Done  bool   `json:"done"`
}

// A Plan says what a walk announces. A checkpoint can only be resumed under the same
// plan.
type Plan struct {
	Table   string   `json:"table"`    // ARN
	TableID string   `json:"table_id"` // differs if the table was deleted and created again
	Target  string   `json:"target"`
	Keys    []string `json:"keys"`
}

// A Checkpoint is the progress of a walk: everything up to After of each segment is
// announced.
type Checkpoint struct {
	Version  int       `json:"version"`
	Plan     Plan      `json:"plan"`
	Began    time.Time `json:"began"`
	Counts   `json:"counts"`
	Segments []Segment `json:"segments"`
	Output   int64     `json:"output,omitzero"` // bytes of an output file that are whole
}

const version = 1

// Begin returns the checkpoint of a walk that has not done anything yet.
func Begin(p Plan, segments int, now time.Time) Checkpoint {
	return Checkpoint{Version: version, Plan: p, Began: now.UTC(), Segments: make([]Segment, segments)}
}

// Done tells whether everything is announced.
func (c *Checkpoint) Done() bool {
	return !slices.ContainsFunc(c.Segments, func(s Segment) bool { return !s.Done })
}

// nothing tells whether no page has been finished.
func (c *Checkpoint) nothing() bool {
	return c.Items == 0 && !slices.ContainsFunc(c.Segments, func(s Segment) bool { return s != Segment{} })
}

func (c Checkpoint) clone() Checkpoint {
	c.Segments = slices.Clone(c.Segments)
	return c
}

// serves returns why a walk cannot resume from this checkpoint, or nil if it can.
func (c *Checkpoint) serves(p Plan, segments int) error {
	for _, d := range []struct{ what, saved, want string }{
		{"table", c.Plan.Table, p.Table},
		{"table of that name (it was deleted and created again)", c.Plan.TableID, p.TableID},
		{"target", c.Plan.Target, p.Target},
		{"choice of keys", strings.Join(c.Plan.Keys, ","), strings.Join(p.Keys, ",")},
		{"number of segments", fmt.Sprint(len(c.Segments)), fmt.Sprint(segments)},
	} {
		if d.saved != d.want {
			return fmt.Errorf("it belongs to another %s: %q, not %q", d.what, d.saved, d.want)
		}
	}
	return nil
}

// A File stores a checkpoint at a path. Only its owner may read it, because it contains
// users' ids.
type File string

// ErrForeign is the error of a file that was never a checkpoint.
var ErrForeign = errors.New("it is not a checkpoint of any version")

// Load reads the checkpoint of a plan. found is false if there is no file. It is also
// false if the walk in the file has not finished a page, whatever its plan. Such a file
// must not prevent another walk. The error says why the file cannot be used.
func (f File) Load(p Plan, segments int) (c Checkpoint, found bool, err error) {
	if found, err = ReadJSON(string(f), &c); !found && err == nil {
		return Checkpoint{}, false, nil
	}
	var unread *fs.PathError
	switch {
	case errors.As(err, &unread):
		return Checkpoint{}, false, err
	case err != nil || c.Version == 0:
		err = ErrForeign
	case c.Version != version || len(c.Segments) == 0:
		err = errors.New("it is not a checkpoint of this version")
	case c.nothing():
		return Checkpoint{}, false, nil
	default:
		err = c.serves(p, segments)
	}
	if err != nil {
		return Checkpoint{}, false, fmt.Errorf("cannot resume from the checkpoint %s: %w; name another file", string(f), err)
	}
	return c, true, nil
}

// Save replaces the file atomically: after a crash the file is whole, either the old or
// the new one.
func (f File) Save(c Checkpoint) error { return WriteJSON(string(f), c) }

// Remove deletes the file, if it exists.
func (f File) Remove() error {
	if err := os.Remove(string(f)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
