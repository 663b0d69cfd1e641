package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/dynamo"
	"github.com/bot-preferences/bot-preferences/recovery"
	"github.com/bot-preferences/bot-preferences/snapshot"
)

const advanceHelp = `Makes the revision of every profile in a restored table at least --to, and changes nothing
else. A backup has older revisions than were announced since; without this, subscribers
would drop what is announced next. Run it while nothing else writes to the table, and
while its stream is off. docs/recovery.md has the whole procedure.

--to is the time now, in milliseconds since 1970. That is past every revision that was
ever announced, for a revision is at most the time at which it was made.

It may be interrupted and repeated; with the same --to, what is done already costs no
write.`

// advanceOptions are the command's flags.
type advanceOptions struct {
	clientOptions
	table      string
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
	flags.IntVar(&o.to, 0, "to", 0, "the revision to reach; default the time now, in milliseconds since 1970")
	flags.Float64Var(&o.rate, 0, "rate", 200, "capacity units per second, at most: so many to read and so many to write")
	flags.IntVar(&o.segments, 0, "segments", 4, "parts of the table that are worked on at the same time")
	flags.BoolVar(&o.dryRun, 0, "dry-run", "count, and write nothing")
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

// tolerance is how far ahead of the clock --to may be: more would be a revision
// that an item made anew starts below.
const tolerance = 5 * time.Minute

func (o *advanceOptions) check(now time.Time) error {
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
	case o.to < 0 || int64(o.to) > now.Add(tolerance).UnixMilli():
		return fmt.Errorf("--to must be a time that has been, in milliseconds since 1970: now is %d", now.UnixMilli())
	}
	return nil
}

func advance(ctx context.Context, std streams, o advanceOptions, now time.Time) error {
	if err := o.check(now); err != nil {
		return err
	}
	cfg, err := o.load(ctx)
	if err != nil {
		return err
	}
	client := tables(cfg)
	table, err := dynamo.NewScanner(client, o.table).Describe(ctx)
	if err != nil {
		return fmt.Errorf("table %s: %w", o.table, err)
	}
	if err := o.checkStream(ctx, client); err != nil {
		return err
	}
	fmt.Fprintf(std.err, "table %s, about %s profiles (DynamoDB counts every six hours or so), to revision %d, at %g units a second\n",
		table.Name, grouped(table.Items), o.to, o.rate)
	run := o.run(client, std)
	counts, err := run.Run(ctx)
	return o.report(std, counts, err)
}

// checkStream refuses a table whose changes are announced.
func (o *advanceOptions) checkStream(ctx context.Context, client *dynamodb.Client) error {
	out, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(o.table)})
	if err != nil {
		return fmt.Errorf("table %s: %w", o.table, err)
	}
	if s := out.Table.StreamSpecification; s != nil && aws.ToBool(s.StreamEnabled) && !o.withStream && !o.dryRun {
		return fmt.Errorf("the stream of table %s is on: this would announce what the backup had, also what was erased since; turn it off (docs/recovery.md), or say --with-stream", o.table)
	}
	return nil
}

func (o *advanceOptions) run(client *dynamodb.Client, std streams) *recovery.Advance {
	return &recovery.Advance{
		Read: dynamo.NewScanner(client, o.table).Page, Move: dynamo.New(client, o.table).AdvanceRevision,
		To: int64(o.to), Segments: o.segments, DryRun: o.dryRun,
		Reads: snapshot.NewPace(o.rate), Writes: snapshot.NewPace(o.rate),
		Told: func(userID string, err error) { fmt.Fprintf(std.err, "%q: %v\n", userID, err) },
	}
}

func (o *advanceOptions) report(std streams, c recovery.Counts, err error) error {
	if err != nil {
		fmt.Fprintf(std.err, "stopped after %s of %s profiles; the same command with --to %d goes on\n", grouped(c.Moved), grouped(c.Items), o.to)
		return err
	}
	if o.dryRun {
		fmt.Fprintf(std.out, "%s profiles, %s of them below revision %d; the greatest has %d\n", grouped(c.Items), grouped(c.Behind), o.to, c.Newest)
	} else {
		fmt.Fprintf(std.out, "%s profiles, %s of them moved to revision %d, %s write units\n", grouped(c.Items), grouped(c.Moved), o.to, grouped(int64(c.Units+0.5)))
	}
	var bad error
	if c.Failed > 0 {
		bad = fmt.Errorf("%d items have no revision; they are named above: repair them, then run this again", c.Failed)
	}
	if c.Beyond > 0 {
		bad = errors.Join(bad, fmt.Errorf("%d profiles have a revision beyond %d, up to %d: something writes to the table, or this machine's clock is behind; find out, and run this again with a greater --to", c.Beyond, o.to, c.Newest))
	}
	return bad
}
