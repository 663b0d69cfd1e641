package bulk

import (
	"errors"
	"fmt"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/backfill"
)

// A Plan says what a load publishes. A checkpoint serves the same plan only.
type Plan struct {
	Command string `json:"command"` // such as "import"
	Digest  Digest `json:"digest"`  // of the file
	Target  string `json:"target"`
}

// Counts are the results of a load.
type Counts struct {
	Lines     int64 `json:"lines"`     // that are done, without empty ones
	Published int64 `json:"published"` // changes that the route accepted
	Skipped   int64 `json:"skipped"`   // lines that needed no change
	Refused   int64 `json:"refused"`   // lines that are not published, or not all of them
}

// A Checkpoint is the progress of a load: everything up to Line is published.
type Checkpoint struct {
	Version int       `json:"version"`
	Plan    Plan      `json:"plan"`
	Began   time.Time `json:"began"` // ids are derived from it: it stays when a load resumes
	Line    int64     `json:"line"`
	Bytes   int64     `json:"bytes"` // up to the end of Line
	Counts  `json:"counts"`
}

const version = 1

// Begin returns the checkpoint of a load that has done nothing yet.
func Begin(p Plan, now time.Time) Checkpoint {
	return Checkpoint{Version: version, Plan: p, Began: now.UTC().Truncate(time.Millisecond)}
}

// A File stores a checkpoint at a path. Only its owner may read it.
type File string

// Load reads the checkpoint of a plan. found is false if there is no file. The error says
// why the file cannot be used.
func (f File) Load(p Plan) (c Checkpoint, found bool, err error) {
	found, err = backfill.ReadJSON(string(f), &c)
	if err != nil || !found {
		return Checkpoint{}, false, err
	}
	switch {
	case c.Version == 0:
		err = backfill.ErrForeign
	case c.Version != version:
		err = errors.New("it is not a checkpoint of this version")
	case c.Plan.Command != p.Command:
		err = fmt.Errorf("it belongs to another command, %q", c.Plan.Command)
	case c.Plan.Digest != p.Digest:
		err = errors.New("the file has changed since, or it is another one")
	case c.Plan.Target != p.Target:
		err = fmt.Errorf("it belongs to another target: %q, not %q", c.Plan.Target, p.Target)
	}
	if err != nil {
		return Checkpoint{}, false, fmt.Errorf("cannot resume from the checkpoint %s: %w", string(f), err)
	}
	return c, true, nil
}

// Save replaces the file atomically.
func (f File) Save(c Checkpoint) error { return backfill.WriteJSON(string(f), c) }

// Remove deletes the file, if it exists.
func (f File) Remove() error { return backfill.File(f).Remove() }
