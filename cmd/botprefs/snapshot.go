package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

const snapshotHelp = `Announces every profile of the table, as PreferencesUpdated with "snapshot": true, to
subscribers that came late or lost their copies. Subscribe first, then run it. It may run
beside the pipeline: a subscriber that applies announcements by the documented rule ends
with the same profiles.

--keys announces only profiles that show one of these keys or lost it lately, and profiles
that were erased. Each announcement still holds the whole profile.

If it is interrupted, the same command resumes: --checkpoint names the file that says how
far it was. docs/snapshot.md describes the cost and the permissions.`

// snapshotOptions are the command's flags.
type snapshotOptions struct {
	targetOptions
	walkOptions
	keys       string
	eventsRate float64
}

func snapshotCommand(std cli.Streams) *cobra.Command {
	var o snapshotOptions
	c := &cobra.Command{
		Use:   "snapshot (--bus NAME | --queue URL) [flags]",
		Short: "announce all profiles, for subscribers that came late",
		Long:  snapshotHelp,
		Args:  cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := cli.RefuseEmpty(c); err != nil {
				return err
			}
			return takeSnapshot(c.Context(), std, o)
		},
	}
	o.targetOptions.register(c, "put the announcements on this bus: its `name` or ARN")
	flags := c.Flags()
	flags.StringVar(&o.keys, "keys", "", "only profiles that concern these `keys` (a,b)")
	o.walkOptions.register(c, "botprefs-snapshot.checkpoint")
	flags.Float64Var(&o.eventsRate, "events-rate", 200, "at most this `number` of announcements per second: each invokes every subscriber")
	return c
}

func (o *snapshotOptions) check() error {
	switch {
	case o.bus == "" && o.queue == "":
		return errors.New("say where the announcements go: --bus NAME or --queue URL")
	case !isRate(o.eventsRate):
		return fmt.Errorf("--events-rate must be %g to %s a second", minRate, cli.Grouped(maxRate))
	}
	if err := o.walkOptions.check(); err != nil {
		return err
	}
	for _, key := range o.keyList() {
		if !events.ValidKey(key) {
			return fmt.Errorf("--keys: %q is not the name of a preference; give them as a,b without spaces", key)
		}
	}
	return o.targetOptions.check()
}

// keyList are the keys in one order, so that the checkpoint fits however they are given.
func (o *snapshotOptions) keyList() []string {
	if o.keys == "" {
		return nil
	}
	keys := strings.Split(o.keys, ",")
	slices.Sort(keys)
	return slices.Compact(keys)
}

func takeSnapshot(ctx context.Context, std cli.Streams, o snapshotOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	cfg, err := o.resolve(ctx, std)
	if err != nil {
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
	from, err := o.from(std, plan, "snapshot", "; skills that subscribed since then miss those")
	if err != nil {
		return err
	}
	report := &reporter{Progress: cli.ProgressOn(std.Err), table: table}
	report.begin(name, o.rate, o.eventsRate)
	walk := o.walk(scanner, target, report)
	return o.finish(ctx, std, walk, from, report)
}

func (o *snapshotOptions) walk(scanner *profilestore.Scanner, target backfill.Target, report *reporter) *backfill.Walk {
	w := &backfill.Walk{
		Read:   pages(scanner),
		Target: target, Keys: o.keyList(),
		Units: backfill.NewPace(o.rate), Announcements: backfill.NewPace(o.eventsRate),
		// One page per second and segment: an even load, visible progress, and little to
		// repeat after a crash.
		MaxUnits:  max(1, o.rate/float64(o.segments)),
		MaxItems:  max(10, int(min(o.eventsRate/float64(o.segments), 1e6))),
		OnTrouble: report.trouble,
	}
	if o.checkpoint != noCheckpoint {
		w.Save = backfill.File(o.checkpoint).Save
	}
	return w
}

// pages reads the table in the pages that a walk takes.
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

// finish walks the table, reports progress, and prints a summary.
func (o *snapshotOptions) finish(ctx context.Context, std cli.Streams, walk *backfill.Walk, from backfill.Checkpoint, report *reporter) error {
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
			return fmt.Errorf("all is announced, but the checkpoint stays: %w", err)
		}
	}
	if err := report.print(std.Out, o.format, at, run); err != nil {
		return err
	}
	if lost := at.Unreadable + at.Refused; lost > 0 {
		return fmt.Errorf("%s of %s could not be announced (%s unreadable, %s refused); they are named above, or in what an interrupted run printed: mend them, then announce each:\n  %s%s --user ID",
			cli.Grouped(lost), cli.Plural(at.Items, "profile"), cli.Grouped(at.Unreadable), cli.Grouped(at.Refused), o.commandLine("resync"), o.sameTarget())
	}
	return nil
}
