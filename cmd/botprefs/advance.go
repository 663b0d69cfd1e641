package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/go-json-experiment/json"
	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/recovery"
)

const advanceHelp = `Makes the revision of every profile in a restored table at least --to, and changes nothing
else. A backup has older revisions than were announced since; without this, subscribers
would drop what is announced next. Run it while nothing else writes to the table, and
while its stream is off. docs/recovery.md has the whole procedure.

--to is the time now, in milliseconds since 1970. That is past every revision that was
ever announced, for a revision is at most the time at which it was made. It may be
interrupted and repeated; with the same --to, what is done already costs no write.

Where something else than the pipeline wrote revisions, some may be still to come.
--dry-run prints those of the table's profiles that are beyond --to, one JSON object a
line. With such lines in a file, --announced FILE moves these profiles alone, each past
its line's revision. A line may also be a whole announcement, or a truncated one.

Items that cannot be read are named on standard error, also in a dry run, and the exit
status is 1. Nothing that is in them is printed.`

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

func advanceCommand(std streams) *ff.Command {
	flags := ff.NewFlagSet("advance-revisions")
	var o advanceOptions
	o.clientOptions.register(flags)
	flags.StringVar(&o.table, 0, "table", "", "name or ARN of the restored table")
	flags.IntVar(&o.to, 0, "to", 0, "the revision to reach; default the time now, in milliseconds since 1970, and never more")
	flags.StringVar(&o.announced, 0, "announced", "", "file of announced revisions: move only these users' profiles, past those")
	flags.Float64Var(&o.rate, 0, "rate", 200, "capacity units per second, at most: so many to read and so many to write")
	flags.IntVar(&o.segments, 0, "segments", 4, "parts of the table that are worked on at the same time")
	flags.BoolVar(&o.dryRun, 0, "dry-run", "count, print the profiles beyond --to, and write nothing")
	flags.BoolVar(&o.withStream, 0, "with-stream", "go on though the table's stream is on and so announces what the backup had")
	return &ff.Command{
		Name: "advance-revisions", Usage: "botprefs advance-revisions --table NAME [flags]", Flags: flags,
		ShortHelp: "move a restored table's revisions past those that were announced",
		LongHelp:  advanceHelp,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("advance-revisions takes no arguments, and got %q", args[0])
			}
			return advance(ctx, std, o, time.Now())
		},
	}
}

// check settles the default of --to and refuses what can never work.
//
// --to may not be ahead of this clock, not by a second. An item that is made anew,
// after it expired, starts at the time of its making; were the old one's revision
// moved to a time to come, the new one would start below it, and subscribers
// would drop it. Nothing needs more than now: where the clocks of functions were
// ahead by minutes, those minutes pass before the next step; what is further ahead is
// passed by --announced, user by user.
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

func advance(ctx context.Context, std streams, o advanceOptions, now time.Time) error {
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
	fmt.Fprintf(std.err, "table %s, about %s profiles (DynamoDB counts every six hours or so), to revision %d, at %g units a second\n",
		table.Name, grouped(table.Items), o.to, o.rate)
	counts, err := o.run(client, std).Run(ctx)
	return o.report(std, counts, err)
}

func (o *advanceOptions) run(client *dynamodb.Client, std streams) *recovery.Advance {
	a := &recovery.Advance{
		Read: profilestore.NewScanner(client, o.table).Page, Move: profilestore.New(client, o.table).AdvanceRevision,
		To: int64(o.to), Segments: o.segments, DryRun: o.dryRun,
		Reads: backfill.NewPace(o.rate), Writes: backfill.NewPace(o.rate), Told: std.toldOf,
	}
	if o.dryRun {
		a.Ahead = std.ahead
	}
	return a
}

// toldOf names an item that somebody has to look at, in ASCII.
func (std streams) toldOf(userID string, err error) { fmt.Fprintf(std.err, "%+q: %v\n", userID, err) }

// ahead prints a line for --announced.
func (std streams) ahead(userID string, revision int64) {
	line, _ := json.Marshal(struct { // a key is UTF-8, so this cannot fail
		UserID   string `json:"user_id"`
		Revision int64  `json:"revision"`
	}{userID, revision})
	fmt.Fprintf(std.out, "%s\n", line)
}

func (o *advanceOptions) report(std streams, c recovery.Counts, err error) error {
	if err != nil {
		fmt.Fprintf(std.err, "stopped after %s of %s profiles; the same command with --to %d goes on\n", grouped(c.Moved), grouped(c.Items), o.to)
		return err
	}
	if o.dryRun { // not on standard output: that has the lines for --announced
		fmt.Fprintf(std.err, "%s profiles, %s of them below revision %d and %s beyond it; the greatest has %d\n",
			grouped(c.Items), grouped(c.Behind), o.to, grouped(c.Beyond), c.Newest)
	} else {
		fmt.Fprintf(std.out, "%s profiles, %s of them moved to revision %d, %s write units\n", grouped(c.Items), grouped(c.Moved), o.to, grouped(int64(c.Units+0.5)))
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
