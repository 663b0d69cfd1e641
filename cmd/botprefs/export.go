package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/profilefile"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

const exportHelp = `Writes every profile of the table as a line of JSON: what GET answers, and under which stamp
each key was said, forgotten ones included. botprefs import reads it.

Each profile is as it was when its page was read (strongly consistent): the file is no
snapshot of one moment. The order of the lines means nothing.

With --file it can be interrupted, and the same command resumes: --checkpoint names the
file that says how far it was. What the checkpoint does not cover is cut from the file
first, so no profile is in it twice. Only its owner may read the file: it holds what people
said. Without --file, or with --file -, it writes to standard output, and does not resume.

It needs dynamodb:DescribeTable and Scan on the table, and cloudformation:DescribeStacks.`

// exportOptions are the command's flags.
type exportOptions struct {
	clientOptions
	walkOptions
	table, file string
}

func exportCommand(std cli.Streams) *cobra.Command {
	var o exportOptions
	c := &cobra.Command{
		Use:     "export [--file FILE] [flags]",
		Short:   "write every profile as a line of JSON",
		Long:    exportHelp,
		Example: "  botprefs export --file profiles.ndjson\n  botprefs export --stage prod | gzip > profiles.ndjson.gz",
		Args:    cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := cli.RefuseEmpty(c); err != nil {
				return err
			}
			return export(c.Context(), std, o)
		},
	}
	o.clientOptions.register(c)
	flags := c.Flags()
	flags.StringVar(&o.file, "file", "", "write to this `file`; default -, standard output")
	flags.StringVar(&o.table, "table", "", "`name` or ARN of the table; default that of the stack")
	o.walkOptions.register(c, "botprefs-export.checkpoint")
	cli.CompleteFile(c, "file")
	return c
}

func (o *exportOptions) check() error {
	if o.file == "-" {
		o.file = "" // as elsewhere: standard output
	}
	if o.file == "" {
		o.checkpoint = noCheckpoint
	}
	if o.table != "" && !tableName.MatchString(o.table) {
		return fmt.Errorf("--table: %q is not the name or the ARN of a table", o.table)
	}
	return errors.Join(o.walkOptions.check(), o.checkService())
}

func export(ctx context.Context, std cli.Streams, o exportOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	scanner, table, err := o.open(ctx, std)
	if err != nil {
		return err
	}
	target := "standard output"
	if o.file != "" {
		if target, err = filepath.Abs(o.file); err != nil {
			return err
		}
	}
	from, err := o.begin(std, backfill.Plan{Table: table.ARN, TableID: table.ID, Target: target})
	if err != nil {
		return err
	}
	writer, done, err := o.writer(std, from)
	if err != nil {
		return err
	}
	report := &reporter{Progress: cli.ProgressOn(std.Err), table: table, verb: "written"}
	report.beginExport(target, o.rate)
	walk := &backfill.Walk{
		Read: pages(scanner), Deliver: writer.Deliver, OnTrouble: report.trouble,
		Units: backfill.NewPace(o.rate), MaxUnits: max(1, o.rate/float64(o.segments)),
	}
	if o.checkpoint != noCheckpoint {
		walk.Save = backfill.File(o.checkpoint).Save
	}
	return errors.Join(o.finish(ctx, std, walk, from, report), done())
}

// open finds the table.
func (o *exportOptions) open(ctx context.Context, std cli.Streams) (*profilestore.Scanner, profilestore.Description, error) {
	var none profilestore.Description
	cfg, err := o.clientOptions.open(ctx)
	if err != nil {
		return nil, none, err
	}
	flag := "--table"
	if o.table == "" {
		r, err := o.find(ctx, std, cfg)
		if err != nil {
			return nil, none, err
		}
		o.table, flag = r.Table, "--stage"
	}
	scanner := profilestore.NewScanner(tables(cfg), o.table)
	table, err := scanner.Describe(ctx)
	return scanner, table, o.unusable(flag, o.table, o.orRegion(), cfg, err)
}

// begin is where to start. A file that is there already is overwritten only by --restart.
func (o *exportOptions) begin(std cli.Streams, plan backfill.Plan) (backfill.Checkpoint, error) {
	from, err := o.from(std, plan, "export", "")
	if err != nil || o.file == "" || from.Items > 0 || o.restart {
		return from, err
	}
	if info, err := os.Stat(o.file); err == nil && info.Size() > 0 {
		if o.checkpoint != noCheckpoint {
			_ = backfill.File(o.checkpoint).Remove() // it has no progress
		}
		return from, fmt.Errorf("--file %s is there already: --restart replaces it", o.file)
	}
	return from, nil
}

// writer writes after what the checkpoint covers.
func (o *exportOptions) writer(std cli.Streams, from backfill.Checkpoint) (w *profilefile.Writer, done func() error, err error) {
	if o.file == "" {
		return profilefile.Stream(std.Out), func() error { return nil }, nil
	}
	file, err := os.OpenFile(o.file, os.O_RDWR|os.O_CREATE, 0o600)
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, nil, fmt.Errorf("--file %s cannot be written: %w", o.file, failed.Err)
	}
	if w, err = profilefile.Resume(file, from.Output); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("--file %s: %w; --restart begins again", o.file, err), file.Close())
	}
	return w, file.Close, nil
}

func (r *reporter) beginExport(target string, rate float64) {
	units := r.begun()
	r.Line("table %s, about %s and %s (DynamoDB counts every six hours or so), to %s: about %s at %s a second",
		r.table.Name, cli.Plural(r.table.Items, "profile"), cli.Plural(int64(units+0.5), "read unit"), target,
		duration(seconds(max(units/rate, 1))), perSecond(rate, "unit"))
}

func (o *exportOptions) finish(ctx context.Context, std cli.Streams, walk *backfill.Walk, from backfill.Checkpoint, report *reporter) error {
	stop := report.follow(walk)
	at, err := walk.Run(ctx, from)
	stop()
	_, run := walk.Progress()
	if err != nil {
		report.Line("stopped after %s", report.done(at, run))
		o.reportResume(report, at)
		return brief(err)
	}
	if o.checkpoint != noCheckpoint {
		if err := backfill.File(o.checkpoint).Remove(); err != nil {
			return fmt.Errorf("all is written, but the checkpoint stays: %w", err)
		}
	}
	out := std.Out
	if o.file == "" {
		out = std.Err // standard output has the profiles
	}
	if err := report.print(out, o.format, at, run); err != nil {
		return err
	}
	if at.Unreadable > 0 {
		return fmt.Errorf("%s of %s cannot be read; they are named above, or in what an interrupted run printed", cli.Grouped(at.Unreadable), cli.Plural(at.Items, "profile"))
	}
	return nil
}
