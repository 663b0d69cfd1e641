package main

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/cli"
)

// noCheckpoint is the value of --checkpoint that keeps no file.
const noCheckpoint = "none"

// walkOptions are the flags of a command that walks a whole table.
type walkOptions struct {
	rate       float64
	segments   int
	checkpoint string
	restart    bool
	format     cli.Format // of the summary
}

func (o *walkOptions) register(c *cobra.Command, checkpoint string) {
	flags := c.Flags()
	flags.Float64Var(&o.rate, "rate", 100, "at most so many read capacity `units` per second")
	cli.IntVar(flags, &o.segments, "segments", 4, "`number` of parts of the table to read at the same time")
	flags.StringVar(&o.checkpoint, "checkpoint", checkpoint, "`file` that says how far an interrupted run was; removed at the end; none keeps none")
	flags.BoolVar(&o.restart, "restart", false, "start again, whatever the checkpoint says")
	o.format.Register(c)
	cli.CompleteFile(c, "checkpoint")
}

func (o *walkOptions) check() error {
	switch {
	case !isRate(o.rate):
		return fmt.Errorf("--rate must be %g to %s a second", minRate, cli.Grouped(maxRate))
	case o.segments < 1 || o.segments > maxSegments:
		return fmt.Errorf("--segments must be 1 to %d", maxSegments)
	}
	return nil
}

// minRate is about one in a quarter of an hour. maxRate is more than any table or bus
// accepts.
const (
	minRate = 0.001
	maxRate = 1_000_000
)

// isRate refuses NaN too.
func isRate(perSecond float64) bool { return perSecond >= minRate && perSecond <= maxRate }

// maxSegments bounds the concurrent requests. More would read no faster, because the
// rate bounds the whole.
const maxSegments = 100

// from is where to start. It saves the checkpoint at once, so that a file that cannot be
// written is found before anything is done. A resumed run prints what it resumes, and what
// it has missed.
func (o *walkOptions) from(std cli.Streams, plan backfill.Plan, what, missed string) (backfill.Checkpoint, error) {
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
		fmt.Fprintf(std.Err, "resuming the %s that began at %s, after %s%s: --restart begins again\n",
			what, from.Began.Format(time.RFC3339), cli.Plural(from.Items, "item"), missed)
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
func (o *walkOptions) reportResume(report *reporter, at backfill.Checkpoint) {
	switch {
	case o.checkpoint == noCheckpoint:
	case at.Items == 0 && backfill.File(o.checkpoint).Remove() == nil:
		report.Line("no page was finished, so no checkpoint is kept: the same command begins again")
	default:
		report.Line("%s says how far it was: the same command resumes there, or begins again with --restart", o.checkpoint)
	}
}
