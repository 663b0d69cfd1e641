package main

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/cli"
)

// noCheckpoint is the value of --checkpoint that keeps no file.
const noCheckpoint = "none"

// from is where to start. It saves the checkpoint at once, so that a file that cannot be
// written is found before anything is announced.
func (o *snapshotOptions) from(std cli.Streams, plan backfill.Plan) (backfill.Checkpoint, error) {
	begin := backfill.Begin(plan, o.segments, time.Now())
	if o.checkpoint == noCheckpoint {
		return begin, nil
	}
	file := backfill.File(o.checkpoint)
	from, found, err := file.Load(plan, o.segments)
	var unread *fs.PathError
	switch {
	case errors.As(err, &unread):
		return from, fmt.Errorf("--checkpoint %s cannot be read: %w", o.checkpoint, unread.Err)
	case errors.Is(err, backfill.ErrForeign):
		return from, err // --restart must not overwrite a file that is no checkpoint
	case err != nil && !o.restart:
		return from, fmt.Errorf("%w, or begin again with --restart", err)
	case found && !o.restart:
		fmt.Fprintf(std.Err, "going on with the snapshot that began at %s, %s on; who subscribed since then misses those: --restart begins again\n",
			from.Began.Format(time.RFC3339), cli.Plural(from.Items, "item"))
		return from, nil
	}
	if err := file.Save(begin); err != nil {
		var unwritten *fs.PathError
		if errors.As(err, &unwritten) {
			err = unwritten.Err
		}
		return begin, fmt.Errorf("--checkpoint %s cannot be written: %w; name another file, or none", o.checkpoint, err)
	}
	return begin, nil
}

// reportResume says how to resume. It removes a checkpoint without progress: that would
// only keep a run with another target from starting.
func (o *snapshotOptions) reportResume(report *reporter, at backfill.Checkpoint) {
	switch {
	case o.checkpoint == noCheckpoint:
	case at.Items == 0 && backfill.File(o.checkpoint).Remove() == nil:
		report.Line("no page was finished, so no checkpoint is kept: the same command begins again")
	default:
		report.Line("%s says how far it was: the same command goes on from there, or begins again with --restart", o.checkpoint)
	}
}
