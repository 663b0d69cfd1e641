package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/recovery"
)

const advanceHelp = `Raises the revision of every profile in a restored table to at least --to, and changes
nothing else. A backup has older revisions than those that were announced since. Without
this step, subscribers would drop the next announcements. Run it while nothing else writes
to the table and the table's stream is off. docs/recovery.md has the whole procedure.

--to is the present time by default, in milliseconds since 1970. Every announced revision
is lower: a revision is at most the time of its write. You may interrupt the command and
repeat it. With the same --to, profiles that are done already cost no write.

If something other than the pipeline wrote revisions, some may lie in the future.
--dry-run prints the profiles whose revision is beyond --to, one JSON object per line:
"user_id" and "revision". --announced FILE takes a file of such lines, and moves these
profiles alone, each past its line's revision. A line may also be a whole announcement, or
a truncated one.

Items that cannot be read are named on standard error, in a dry run too, and the exit
status is 1. Their contents are not printed.`

// advanceOptions are the command's flags.
type advanceOptions struct {
	clientOptions
	table      string
	announced  string
	to         int
	rate       float64
	segments   int
	dryRun     bool
	withStream bool
}

func advanceCommand(std cli.Streams) *cobra.Command {
	var o advanceOptions
	c := &cobra.Command{
		Use:   "advance-revisions --table NAME [flags]",
		Short: "move a restored table's revisions past those that were announced",
		Long:  advanceHelp,
		Args:  cli.NoArguments,
		RunE:  func(c *cobra.Command, _ []string) error { return advance(c.Context(), std, o, time.Now()) },
	}
	o.clientOptions.register(c)
	flags := c.Flags()
	flags.StringVar(&o.table, "table", "", "`name` or ARN of the restored table")
	cli.IntVar(flags, &o.to, "to", 0, "the `revision` to reach, in milliseconds since 1970; default the present time, and never more")
	flags.StringVar(&o.announced, "announced", "", "`file` of announced revisions: move only these users' profiles, past those revisions")
	flags.Float64Var(&o.rate, "rate", 200, "at most so many capacity `units` per second for reads, and as many for writes")
	cli.IntVar(flags, &o.segments, "segments", 4, "`number` of parts of the table to work on at the same time")
	flags.BoolVar(&o.dryRun, "dry-run", false, "count, print the profiles beyond --to, and write nothing")
	flags.BoolVar(&o.withStream, "with-stream", false, "continue although the table's stream is on and announces the backup's profiles")
	cli.CompleteFile(c, "announced")
	return c
}

// check fills in the default of --to and refuses options that can never work.
//
// --to must not be ahead of this clock, not even by a second. An item that is created
// again after it expired starts at the time of its creation. If the old item's revision
// had been moved to the future, the new item would start below it, and subscribers
// would drop its announcements. Nothing needs a greater --to. If the clocks of functions
// were minutes ahead, those minutes pass before the next step. Revisions further ahead
// are passed user by user, with --announced.
func (o *advanceOptions) check(now time.Time) error {
	if o.announced != "" && o.to != 0 {
		return errors.New("--announced and --to exclude each other")
	}
	if o.to == 0 {
		o.to = int(now.UnixMilli())
	}
	switch {
	case o.table == "":
		return errors.New("say which table: --table NAME")
	case !(o.rate > 0):
		return errors.New("--rate must be more than 0")
	case o.segments < 1 || o.segments > maxSegments:
		return fmt.Errorf("--segments must be 1 to %d", maxSegments)
	case o.to < 0 || int64(o.to) > now.UnixMilli():
		return fmt.Errorf("--to must be a time that has been, in milliseconds since 1970: now is %d", now.UnixMilli())
	}
	return nil
}

func advance(ctx context.Context, std cli.Streams, o advanceOptions, now time.Time) error {
	if err := o.check(now); err != nil {
		return err
	}
	announced, err := o.readAnnounced()
	if err != nil {
		return err
	}
	cfg, err := o.load(ctx)
	if err != nil {
		return err
	}
	client := tables(cfg)
	table, err := profilestore.NewScanner(client, o.table).Describe(ctx)
	if err != nil {
		return fmt.Errorf("table %s: %w", o.table, err)
	}
	if table.Streaming && !o.withStream && !o.dryRun {
		return fmt.Errorf("the stream of table %s is on: this would announce what the backup had, also what was erased since; turn it off (docs/recovery.md), or say --with-stream", o.table)
	}
	if o.announced != "" {
		return o.pass(ctx, client, std, announced)
	}
	fmt.Fprintf(std.Err, "table %s, about %s profiles (DynamoDB counts every six hours or so), to revision %d, at %g units a second\n",
		table.Name, cli.Grouped(table.Items), o.to, o.rate)
	counts, err := o.run(client, std).Run(ctx)
	return o.report(std, counts, err)
}

func (o *advanceOptions) run(client *dynamodb.Client, std cli.Streams) *recovery.Advance {
	a := &recovery.Advance{
		Read: profilestore.NewScanner(client, o.table).Page, Move: profilestore.New(client, o.table).AdvanceRevision,
		To: int64(o.to), Segments: o.segments, DryRun: o.dryRun,
		Reads: backfill.NewPace(o.rate), Writes: backfill.NewPace(o.rate), OnTrouble: reportItem(std),
	}
	if o.dryRun {
		a.Ahead = printAhead(std)
	}
	return a
}

// reportItem names an item that needs attention, in ASCII.
func reportItem(std cli.Streams) func(userID string, err error) {
	return func(userID string, err error) { fmt.Fprintf(std.Err, "%+q: %v\n", userID, err) }
}

// printAhead prints a line for --announced.
func printAhead(std cli.Streams) func(userID string, revision int64) {
	return func(userID string, revision int64) {
		line, _ := json.Marshal(struct { // a key is UTF-8, so this cannot fail
			UserID   string `json:"user_id"`
			Revision int64  `json:"revision"`
		}{userID, revision})
		fmt.Fprintf(std.Out, "%s\n", line)
	}
}

func (o *advanceOptions) report(std cli.Streams, c recovery.Counts, err error) error {
	if err != nil {
		fmt.Fprintf(std.Err, "stopped after %s of %s profiles; the same command with --to %d goes on\n", cli.Grouped(c.Moved), cli.Grouped(c.Items), o.to)
		return err
	}
	if o.dryRun { // standard output holds the lines for --announced
		fmt.Fprintf(std.Err, "%s profiles, %s of them below revision %d and %s beyond it; the greatest has %d\n",
			cli.Grouped(c.Items), cli.Grouped(c.Behind), o.to, cli.Grouped(c.Beyond), c.Newest)
	} else {
		fmt.Fprintf(std.Out, "%s profiles, %s of them moved to revision %d, %s write units\n", cli.Grouped(c.Items), cli.Grouped(c.Moved), o.to, cli.Grouped(int64(c.Units+0.5)))
	}
	var bad []error
	if c.Unreadable > 0 {
		bad = append(bad, fmt.Errorf("%d items cannot be read; they are named above: repair them, then run this again", c.Unreadable))
	}
	if c.Failed > 0 {
		bad = append(bad, fmt.Errorf("%d items have no revision to move", c.Failed))
	}
	if c.Beyond > 0 && !o.dryRun {
		bad = append(bad, fmt.Errorf("%d profiles keep a revision beyond %d, up to %d: a clock was ahead, or something else than the pipeline wrote them; docs/recovery.md, step 4, says what to do", c.Beyond, o.to, c.Newest))
	}
	return errors.Join(bad...)
}
