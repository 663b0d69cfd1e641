package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/bulk"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/profilefile"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

const importHelp = `Publishes the profiles of a file, one per line: what botprefs export has written, or lines
{"user_id":"tg:1","preferences":{"language":"fr"}}. It reads the whole file first. Lines
that break a rule are reported by their number, and the others are published. --check only
reads.

It overrides nothing that was said since. A value of an export counts from the moment at
which it was said, so what was said later stays. A line of another file counts from
--as-of: the time at which the file was last modified, unless you say otherwise.

A value that was said over 29 days ago is published only if the profile has nothing later
of its key, and counts from 29 days ago: the pipeline refuses what is older than 30. What
was forgotten that long ago is left out.

Importing a file again changes nothing, as long as its time stays. An interrupted import
resumes: --checkpoint names the file that says how far it was.

It needs events:PutEvents on the bus, or sqs:SendMessage on the queue; dynamodb:GetItem on
the table for values over 29 days old; and cloudformation:DescribeStacks.`

// importOptions are the command's flags.
type importOptions struct {
	publishOptions
	asOf string
}

func importCommand(std cli.Streams) *cobra.Command {
	var o importOptions
	c := &cobra.Command{
		Use:     "import --file FILE [flags]",
		Short:   "publish the profiles of a file",
		Long:    importHelp,
		Example: "  botprefs import --file profiles.ndjson --check\n  botprefs import --file profiles.ndjson --rate 500 --queue",
		Args:    cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := cli.RefuseEmpty(c); err != nil {
				return err
			}
			return importFile(c.Context(), std, o, time.Now())
		},
	}
	o.clientOptions.register(c)
	flags := c.Flags()
	o.file.register(c, "publish the profiles of this `file`")
	flags.StringVar(&o.asOf, "as-of", "", "`time` from which lines without stamps count, such as 2026-12-01T08:00:00Z; default when the file was last modified")
	flags.BoolVar(&o.queue, "queue", false, "put the changes into the change queue, past the bus")
	flags.StringVar(&o.source, "source", "botprefs", "`name` of the bot that says so")
	o.format.Register(c)
	o.timeout = time.Second // not used
	return c
}

func importFile(ctx context.Context, std cli.Streams, o importOptions, now time.Time) error {
	switch {
	case o.file.path == "":
		return errors.New("say which file: --file FILE")
	case o.file.path == "-":
		return errors.New("--file: an import reads its file twice, so it cannot be standard input")
	}
	if err := errors.Join(o.file.validate(), o.check()); err != nil {
		return err
	}
	asOf, err := o.moment(now)
	if err != nil {
		return err
	}
	importer := &profilefile.Importer{Began: now, AsOf: asOf}
	line := int64(0)
	job := fileJob{command: "import", options: o.file, std: std, format: o.format, began: now, check: func(text []byte) error {
		line++
		return importer.Check(line, text, now)
	}}
	summary, err := job.checkFile(ctx)
	if err != nil || o.file.check {
		return err
	}
	p, err := o.connect(ctx, std)
	if err != nil {
		return err
	}
	importer.Read, importer.Digest = profilestore.New(tables(p.cfg), p.resources.Table).Read, summary.Digest
	target, note := p.target, ""
	if !asOf.IsZero() {
		p.target += " as of " + asOf.Format(time.RFC3339Nano) // another time would give other ids
		note = "; lines without stamps count from " + asOf.Format(time.RFC3339)
	}
	fmt.Fprintf(std.Err, "%s, %s, to %s%s\n", o.file.path, cli.Plural(summary.Lines, "line"), target, note)
	return job.run(ctx, p, summary, func(from bulk.Checkpoint) readLine {
		importer.Began = from.Began
		return func(ctx context.Context, number int64, text []byte) ([]events.PreferenceChange, error) {
			return importer.Changes(ctx, number, text, time.Now())
		}
	})
}

// moment is when lines without stamps count from. It is zero for a file that was modified
// too long ago: such a file may be an export, which needs no such moment.
func (o *importOptions) moment(now time.Time) (time.Time, error) {
	if o.asOf == "" {
		info, err := os.Stat(o.file.path)
		if err != nil {
			_, err := openFile(o.file.path) // says why
			return time.Time{}, err
		}
		at := info.ModTime().UTC().Truncate(time.Millisecond)
		if at.After(now) {
			return at, fmt.Errorf("--file %s was modified in the future, at %s: give --as-of", o.file.path, at.Format(time.RFC3339))
		}
		if tooOld(at, now) {
			at = time.Time{}
		}
		return at, nil
	}
	at, err := time.Parse(time.RFC3339, o.asOf)
	switch {
	case err != nil:
		return at, fmt.Errorf("--as-of: %q is not a time such as 2026-12-01T08:00:00Z", o.asOf)
	case at.After(now):
		return at, errors.New("--as-of must not be in the future")
	case tooOld(at, now):
		return at, errors.New("--as-of must not be over 29 days ago: the pipeline refuses changes that are older than 30")
	}
	return at.UTC().Truncate(time.Millisecond), nil
}

func tooOld(at, now time.Time) bool { return now.Sub(at) > events.Horizon-profilefile.Margin }
