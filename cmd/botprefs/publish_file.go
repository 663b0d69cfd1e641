package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/bulk"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

// fileOptions are the flags of what publishes a file.
type fileOptions struct {
	path       string
	check      bool
	rate       float64
	checkpoint string
	restart    bool
}

func (o *fileOptions) register(c *cobra.Command, usage string) {
	flags := c.Flags()
	flags.StringVar(&o.path, "file", "", usage)
	flags.BoolVar(&o.check, "check", false, "with --file: read the file, report lines that break a rule, and publish nothing")
	flags.Float64Var(&o.rate, "rate", 200, "with --file: at most this `number` of changes per second")
	flags.StringVar(&o.checkpoint, "checkpoint", "", "with --file: `file` that says how far an interrupted run was; removed at the end; none keeps none; default FILE.checkpoint")
	flags.BoolVar(&o.restart, "restart", false, "with --file: start again, whatever the checkpoint says")
	cli.CompleteFile(c, "file")
	cli.CompleteFile(c, "checkpoint")
}

func (o *fileOptions) validate() error {
	if !isRate(o.rate) {
		return fmt.Errorf("--rate must be %g to %s a second", minRate, cli.Grouped(maxRate))
	}
	if o.checkpoint == "" {
		o.checkpoint = o.path + ".checkpoint"
	}
	return nil
}

func publishFile(ctx context.Context, std cli.Streams, o publishOptions, args []string) error {
	c := &o.change
	switch {
	case len(args) > 0:
		return fmt.Errorf("--file has the changes: leave out %q", args[0])
	case len(c.unset) > 0 || c.replace || c.erase || c.inferred || c.id != "" || c.conversation != "" || o.wait:
		return errors.New("--file has the changes: leave out the flags of a single one, and --wait")
	}
	if err := errors.Join(o.file.validate(), o.check()); err != nil {
		return err
	}
	parse := func(text []byte) (events.PreferenceChange, error) {
		change, err := events.ParseChange(text)
		if err == nil {
			err = o.inTime(&change, time.Now())
		}
		return change, err
	}
	if o.file.path == "-" {
		return publishStream(ctx, std, o, parse)
	}
	job := fileJob{command: "publish", options: o.file, std: std, format: o.format, check: func(text []byte) error {
		_, err := parse(text)
		return err
	}}
	summary, err := job.checkFile(ctx)
	if err != nil || o.file.check {
		return err
	}
	p, err := o.connect(ctx, std)
	if err != nil {
		return err
	}
	job.began, job.force = time.Now(), o.force
	return job.run(ctx, p, summary, func(from bulk.Checkpoint) readLine {
		return func(_ context.Context, number int64, text []byte) ([]events.PreferenceChange, error) {
			change, err := parse(text)
			if err == nil && change.ID.IsZero() {
				change.ID = bulk.ID(from.Began, from.Plan.Digest, number, 0, change.UserID)
				err = o.inTime(&change, time.Now()) // a checkpoint may be old
			}
			return []events.PreferenceChange{change}, err
		}
	})
}

// publishStream publishes what standard input has, as it comes.
func publishStream(ctx context.Context, std cli.Streams, o publishOptions, parse func([]byte) (events.PreferenceChange, error)) error {
	if o.file.check {
		job := fileJob{options: o.file, std: std, format: o.format, check: func(text []byte) error { _, err := parse(text); return err }}
		_, err := job.checkLines(ctx, std.In, "standard input")
		return err
	}
	p, err := o.connect(ctx, std)
	if err != nil {
		return err
	}
	clock := events.NewClock()
	job := fileJob{command: "publish", options: o.file, std: std, format: o.format}
	job.options.checkpoint = noCheckpoint
	return job.load(ctx, p, std.In, bulk.Begin(bulk.Plan{}, time.Now()), 0, func(_ context.Context, _ int64, text []byte) ([]events.PreferenceChange, error) {
		change, err := parse(text)
		if err == nil && change.ID.IsZero() {
			change.ID = clock.Next()
		}
		return []events.PreferenceChange{change}, err
	})
}

type readLine = func(context.Context, int64, []byte) ([]events.PreferenceChange, error)

// A fileJob publishes a file: publish --file and import.
type fileJob struct {
	command string
	options fileOptions
	std     cli.Streams
	format  cli.Format
	check   func(text []byte) error // of a line; nil: it is good
	began   time.Time               // of a job that is not resumed
	force   bool                    // publish also what the pipeline refuses for its age
}

// checkFile reads the whole file before anything is published.
func (j *fileJob) checkFile(ctx context.Context) (bulk.Summary, error) {
	in, err := openFile(j.options.path)
	if err != nil {
		return bulk.Summary{}, err
	}
	defer in.Close()
	return j.checkLines(ctx, in, j.options.path)
}

func (j *fileJob) checkLines(ctx context.Context, in io.Reader, name string) (bulk.Summary, error) {
	refused := []refusedLine{}
	report := func(number int64, err error) {
		j.refused(number, err)
		if len(refused) < maxRefusedLines {
			refused = append(refused, refusedLine{number, visibleError(err)})
		}
	}
	if !j.options.check { // the load reports them
		report = func(int64, error) {}
	}
	summary, err := bulk.Check(ctx, in, func(_ int64, text []byte) error { return j.check(text) }, report)
	if err != nil || !j.options.check {
		return summary, err
	}
	if j.format == cli.JSON {
		err = cli.WriteJSON(j.std.Out, checkSummary{name, summary.Lines, summary.Refused, refused})
	} else {
		fmt.Fprintf(j.std.Out, "%s: %s, %s refused\n", name, cli.Plural(summary.Lines, "line"), cli.Grouped(summary.Refused))
	}
	if err == nil && summary.Refused > 0 {
		err = fmt.Errorf("lines that break a rule: %s of %s", cli.Grouped(summary.Refused), cli.Grouped(summary.Lines))
	}
	return summary, err
}

// maxRefusedLines bounds the lines that --check lists as JSON. Standard error has all.
const maxRefusedLines = 1000

// A checkSummary is what --check found, as JSON.
type checkSummary struct {
	File         string        `json:"file"`
	Lines        int64         `json:"lines"`
	Refused      int64         `json:"refused"`
	RefusedLines []refusedLine `json:"refused_lines"` // the first 1,000
}

type refusedLine struct {
	Line int64  `json:"line"`
	Why  string `json:"why"`
}

// refused names a line and the rule that it breaks, without its values.
func (j *fileJob) refused(number int64, err error) {
	fmt.Fprintf(j.std.Err, "line %d: %s\n", number, visibleError(err))
}

func visibleError(err error) string { return terminal.Visible(brief(err).Error()) }

func openFile(path string) (*os.File, error) {
	in, err := os.Open(path)
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, fmt.Errorf("--file %s cannot be read: %w", path, failed.Err)
	}
	return in, err
}

// run publishes the checked file from its checkpoint on.
func (j *fileJob) run(ctx context.Context, p *pipeline, s bulk.Summary, read func(bulk.Checkpoint) readLine) error {
	from, err := j.from(bulk.Begin(bulk.Plan{Command: j.command, Digest: s.Digest, Target: p.target}, j.began))
	if err != nil {
		return err
	}
	in, err := openFile(j.options.path)
	if err != nil {
		return err
	}
	defer in.Close()
	return j.load(ctx, p, in, from, s.Bytes, read(from))
}

// from is where to start. It saves the checkpoint at once, so that a file that cannot be
// written is found before anything is published.
func (j *fileJob) from(begin bulk.Checkpoint) (bulk.Checkpoint, error) {
	if j.options.checkpoint == noCheckpoint {
		return begin, nil
	}
	file := bulk.File(j.options.checkpoint)
	from, found, err := file.Load(begin.Plan)
	switch {
	case errors.Is(err, backfill.ErrForeign):
		return from, fmt.Errorf("--checkpoint %s: %w", j.options.checkpoint, err) // --restart must not overwrite it
	case err != nil && !j.options.restart:
		return from, fmt.Errorf("%w: begin again with --restart, or name another file by --checkpoint", err)
	case found && !j.options.restart && !j.force && time.Since(from.Began) > events.Horizon:
		// ids count from its beginning: the pipeline would refuse them
		return from, fmt.Errorf("--checkpoint %s: the checkpoint is over %d days old: begin again with --restart", j.options.checkpoint, events.Horizon/(24*time.Hour))
	case found && !j.options.restart:
		fmt.Fprintf(j.std.Err, "resuming after line %s of the run that began at %s; --restart begins again\n", cli.Grouped(from.Line), from.Began.Format(time.RFC3339))
		return from, nil
	}
	if err := file.Save(begin); err != nil {
		return begin, fmt.Errorf("--checkpoint %s cannot be written: %w; name another file, or none", j.options.checkpoint, err)
	}
	return begin, nil
}

// load publishes lines, with progress, and prints a summary.
func (j *fileJob) load(ctx context.Context, p *pipeline, in io.Reader, from bulk.Checkpoint, bytes int64, read readLine) error {
	progress, began := cli.ProgressOn(j.std.Err), time.Now()
	l := &bulk.Load{
		Read: read, Publish: p.publish, Pace: backfill.NewPace(j.options.rate),
		OnRefused: func(number int64, err error) {
			progress.Line("line %d: %s", number, visibleError(err))
		},
	}
	if j.options.checkpoint != noCheckpoint {
		l.Save, l.SaveEvery = bulk.File(j.options.checkpoint).Save, time.Second
	}
	stop := progress.Follow(func() (float64, string) { return loaded(l, bytes, began) })
	at, err := l.Run(ctx, in, from)
	stop()
	if err != nil {
		return j.stopped(p, at, err)
	}
	return j.finished(at, time.Since(began))
}

// loaded says how much is done, how fast, and how long the rest takes.
func loaded(l *bulk.Load, bytes int64, began time.Time) (share float64, text string) {
	at, here := l.Progress()
	spent := max(time.Since(began).Seconds(), 0.001)
	text = fmt.Sprintf("%s, %s published, %.1f changes/s", cli.Plural(at.Lines, "line"), cli.Plural(at.Published, "change"), float64(here.Published)/spent)
	if at.Refused > 0 {
		text += fmt.Sprintf(", %s NOT published", cli.Plural(at.Refused, "line"))
	}
	if bytes == 0 {
		return -1, text
	}
	share = float64(at.Bytes) / float64(bytes)
	if here.Lines > 0 && at.Lines > 0 {
		each := spent / float64(here.Lines)
		left := each * float64(at.Lines) * (1 - share) / max(share, 1e-9)
		text += fmt.Sprintf(", about %s left", duration(seconds(left)))
	}
	return share, text
}

func (j *fileJob) stopped(p *pipeline, at bulk.Checkpoint, err error) error {
	fmt.Fprintf(j.std.Err, "stopped after line %s: %s published\n", cli.Grouped(at.Line), cli.Plural(at.Published, "change"))
	if j.options.checkpoint != noCheckpoint {
		fmt.Fprintf(j.std.Err, "%s says how far it was: the same command resumes there, or begins again with --restart\n", j.options.checkpoint)
	}
	if unreachable(err) {
		return &briefError{p.options.unanswered(p.cfg, err), err}
	}
	return brief(err)
}

// A loadSummary is what became of a file.
type loadSummary struct {
	Lines     int64   `json:"lines"`
	Published int64   `json:"published"`
	Skipped   int64   `json:"skipped"`
	Refused   int64   `json:"refused"`
	Seconds   float64 `json:"seconds"`
}

func (j *fileJob) finished(at bulk.Checkpoint, took time.Duration) error {
	if j.options.checkpoint != noCheckpoint {
		if err := bulk.File(j.options.checkpoint).Remove(); err != nil {
			return fmt.Errorf("all is published, but the checkpoint stays: %w", err)
		}
	}
	if j.format == cli.JSON {
		if err := cli.WriteJSON(j.std.Out, loadSummary{at.Lines, at.Published, at.Skipped, at.Refused, took.Seconds()}); err != nil {
			return err
		}
	} else {
		text := fmt.Sprintf("%s, %s published in %s", cli.Plural(at.Lines, "line"), cli.Plural(at.Published, "change"), duration(took))
		if at.Skipped > 0 {
			text += fmt.Sprintf("; %s needed none", cli.Plural(at.Skipped, "line"))
		}
		fmt.Fprintln(j.std.Out, text)
	}
	if at.Refused > 0 {
		return fmt.Errorf("not published: %s, named above or in what an interrupted run printed", cli.Plural(at.Refused, "line"))
	}
	return nil
}
