package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

const snapshotHelp = `Announces every profile of the table, as PreferencesUpdated with "snapshot": true, for
subscribers that came late or lost their copies. Subscribe first, then run it: with the
pipeline running, a subscriber that keeps the rule ends with the same profiles.

--keys announces profiles only that show one of these keys, or have unset it lately, and
those whose user was erased. An announcement holds the whole profile all the same.

When it is interrupted, the same command goes on where it was: --checkpoint says how far
that is. docs/snapshot.md tells what it costs and which permissions it needs.`

// snapshotOptions are the command's flags.
type snapshotOptions struct {
	targetOptions
	keys       string
	rate       float64
	eventsRate float64
	segments   int
	checkpoint string
	restart    bool
}

func snapshotCommand(std streams) *ff.Command {
	flags := ff.NewFlagSet("snapshot")
	var o snapshotOptions
	o.targetOptions.register(flags, "put the announcements on this bus: its name or ARN")
	flags.StringVar(&o.keys, 0, "keys", "", "only profiles that concern these keys (a,b)")
	flags.Float64Var(&o.rate, 0, "rate", 100, "read capacity units per second, at most")
	flags.Float64Var(&o.eventsRate, 0, "events-rate", 200, "announcements per second, at most: each wakes every subscriber")
	flags.IntVar(&o.segments, 0, "segments", 4, "parts of the table that are read at the same time")
	flags.StringVar(&o.checkpoint, 0, "checkpoint", "botprefs-snapshot.checkpoint", "file that says how far an interrupted run was; removed at the end; none: keep none")
	flags.BoolVar(&o.restart, 0, "restart", "begin again, whatever the checkpoint says")
	return &ff.Command{
		Name: "snapshot", Usage: "botprefs snapshot (--bus NAME | --queue URL) [flags]", Flags: flags,
		ShortHelp: "announce all profiles, for subscribers that came late",
		LongHelp:  snapshotHelp,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("snapshot takes no arguments, and got %q", args[0])
			}
			if err := checkEmpty(flags); err != nil {
				return err
			}
			return takeSnapshot(ctx, std, o)
		},
	}
}

func (o *snapshotOptions) check() error {
	switch {
	case o.bus == "" && o.queue == "":
		return errors.New("say where the announcements go: --bus NAME or --queue URL")
	case !isRate(o.rate):
		return fmt.Errorf("--rate must be %g to %s a second", minRate, grouped(maxRate))
	case !isRate(o.eventsRate):
		return fmt.Errorf("--events-rate must be %g to %s a second", minRate, grouped(maxRate))
	case o.segments < 1 || o.segments > maxSegments:
		return fmt.Errorf("--segments must be 1 to %d", maxSegments)
	}
	for _, key := range o.keyList() {
		if !events.ValidKey(key) {
			return fmt.Errorf("--keys: %q is not the name of a preference; give them as a,b without spaces", key)
		}
	}
	return o.targetOptions.check()
}

// minRate is one in a quarter of an hour; maxRate is more than any table or bus
// takes.
const (
	minRate = 0.001
	maxRate = 1_000_000
)

// isRate refuses NaN too.
func isRate(perSecond float64) bool { return perSecond >= minRate && perSecond <= maxRate }

// maxSegments bounds the requests at a time. More read no faster: the rate
// bounds that.
const maxSegments = 100

// noCheckpoint is the name of no file.
const noCheckpoint = "none"

// keyList are the keys in one form, however they are given.
func (o *snapshotOptions) keyList() []string {
	if o.keys == "" {
		return nil
	}
	keys := strings.Split(o.keys, ",")
	slices.Sort(keys)
	return slices.Compact(keys)
}

func takeSnapshot(ctx context.Context, std streams, o snapshotOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	cfg, err := o.load(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(std.err, o.asking(cfg))
	if err := o.credentials(ctx, cfg); err != nil {
		return err
	}
	scanner := profilestore.NewScanner(tables(cfg), o.table)
	table, err := scanner.Describe(ctx)
	if err = o.missing("--table", o.table, cfg, err); err != nil {
		return err
	}
	target, name, err := o.target(ctx, cfg)
	if err != nil {
		return err
	}
	plan := backfill.Plan{Table: table.ARN, TableID: table.ID, Target: name, Keys: o.keyList()}
	from, err := o.from(std, plan)
	if err != nil {
		return err
	}
	told := &narrator{out: std.err, table: table, terminal: isTerminal(std.err), columns: terminalColumns()}
	told.begin(name, o.rate, o.eventsRate)
	walk := o.walk(scanner, target, told)
	return o.finish(ctx, std, walk, from, told)
}

// from is where to begin. It keeps the checkpoint at once, so that a file that
// cannot be written is found before anything is announced.
func (o *snapshotOptions) from(std streams, plan backfill.Plan) (backfill.Checkpoint, error) {
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
		return from, err // --restart is not to overwrite whatever somebody has named
	case err != nil && !o.restart:
		return from, fmt.Errorf("%w, or begin again with --restart", err)
	case found && !o.restart:
		fmt.Fprintf(std.err, "going on with the snapshot that began at %s, %s on; who subscribed since then misses those: --restart begins again\n",
			from.Began.Format(time.RFC3339), plural(from.Items, "item"))
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

func (o *snapshotOptions) walk(scanner *profilestore.Scanner, target backfill.Target, told *narrator) *backfill.Walk {
	w := &backfill.Walk{
		Read:   pages(scanner),
		Target: target, Keys: o.keyList(),
		Units: backfill.NewPace(o.rate), Announcements: backfill.NewPace(o.eventsRate),
		// A page a second and segment: an even load, progress that moves, and
		// little to repeat after a crash.
		MaxUnits: max(1, o.rate/float64(o.segments)),
		MaxItems: max(10, int(min(o.eventsRate/float64(o.segments), 1e6))),
		Told:     told.trouble,
	}
	if o.checkpoint != noCheckpoint {
		w.Save = backfill.File(o.checkpoint).Save
	}
	return w
}

// pages reads the table's pages in the walk's terms.
func pages(scanner *profilestore.Scanner) func(context.Context, backfill.Position) (backfill.Page, error) {
	return func(ctx context.Context, at backfill.Position) (backfill.Page, error) {
		p, err := scanner.Page(ctx, profilestore.Position(at))
		page := backfill.Page{Profiles: p.Profiles, After: p.After, Units: p.Units}
		for _, u := range p.Unreadable {
			page.Troubles = append(page.Troubles, backfill.Trouble{UserID: u.UserID, Err: u.Err})
		}
		return page, err
	}
}

// finish walks, tells how far it is, and sums it up.
func (o *snapshotOptions) finish(ctx context.Context, std streams, walk *backfill.Walk, from backfill.Checkpoint, told *narrator) error {
	stop := told.follow(walk)
	at, err := walk.Run(ctx, from)
	stop()
	_, here := walk.Progress()
	if err != nil {
		told.line("stopped after %s", told.done(at, here))
		o.tellHowToGoOn(told, at)
		return brief(err)
	}
	if o.checkpoint != noCheckpoint {
		if err := backfill.File(o.checkpoint).Remove(); err != nil {
			return fmt.Errorf("all is announced, but the checkpoint stays: %w", err)
		}
	}
	fmt.Fprintln(std.out, told.summary(at, here))
	if lost := at.Unreadable + at.Refused; lost > 0 {
		return fmt.Errorf("%s of %s could not be announced (%s unreadable, %s refused); they are named above, or in what an interrupted run printed: mend them, then announce each by botprefs resync --user",
			grouped(lost), plural(at.Items, "profile"), grouped(at.Unreadable), grouped(at.Refused))
	}
	return nil
}

// tellHowToGoOn says what became of the checkpoint. One of nothing is removed: it
// would only keep a run with another target from beginning.
func (o *snapshotOptions) tellHowToGoOn(told *narrator, at backfill.Checkpoint) {
	switch {
	case o.checkpoint == noCheckpoint:
	case at.Items == 0 && backfill.File(o.checkpoint).Remove() == nil:
		told.line("no page was finished, so no checkpoint is kept: the same command begins again")
	default:
		told.line("%s says how far it was: the same command goes on from there, or begins again with --restart", o.checkpoint)
	}
}
