package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

const resyncHelp = `Announces single profiles again, as they are stored now: PreferencesUpdated with "snapshot":
true. --user names the user of a profile.

--dead-letters URL announces the profiles that dead letters name, and deletes a letter once
its announcement is accepted. The stack's own letters are in the queue of the output
AnnouncementsDeadLetterQueueUrl. A letter of a profile that somebody deleted in the table
says so, and is announced as erased. A subscriber's dead-letter queue works too. A letter that
names no user but a shard and sequence numbers stays: run botprefs snapshot, which
replaces its announcements, except those of profiles that somebody deleted in the table.

--output json prints an array of what was announced: "user_id" and "revision".`

// resyncOptions are the command's flags.
type resyncOptions struct {
	targetOptions
	users   []string
	letters string
	max     int
	format  cli.Format
}

func resyncCommand(std cli.Streams) *cobra.Command {
	var o resyncOptions
	c := &cobra.Command{
		Use:   "resync (--user U ... | --dead-letters URL) [--bus NAME | --queue URL] [flags]",
		Short: "announce single profiles again, also for dead-lettered announcements",
		Long:  resyncHelp,
		Args: func(c *cobra.Command, args []string) error {
			if err := cli.NoArguments(c, args); err != nil {
				return fmt.Errorf("%w: name users by --user", err)
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error {
			if err := cli.RefuseEmpty(c); err != nil {
				return err
			}
			return resync(c.Context(), std, o)
		},
	}
	o.targetOptions.register(c, "put the announcements on this bus: its `name` or ARN; default that of the stack if there is no --queue")
	flags := c.Flags()
	flags.StringArrayVar(&o.users, "user", nil, "announce the profile of this `user`; repeatable")
	flags.StringVar(&o.letters, "dead-letters", "", "announce the profiles that the letters in the queue of this `URL` name")
	cli.IntVar(flags, &o.max, "max", 100, "look at no more than this `number` of letters")
	o.format.Register(c)
	return c
}

func (o *resyncOptions) check() error {
	switch {
	case len(o.users) == 0 && o.letters == "":
		return errors.New("name the users: --user U, or --dead-letters URL")
	case len(o.users) > 0 && o.letters != "":
		return errors.New("--user and --dead-letters exclude each other")
	case o.letters != "" && !isURL(o.letters):
		return fmt.Errorf("--dead-letters: %q is not the URL of a queue", o.letters)
	case o.letters != "" && o.letters == o.queue:
		return errors.New("--queue and --dead-letters must be two queues")
	case o.max < 1:
		return errors.New("--max must be at least 1")
	}
	for _, user := range o.users {
		if err := events.ValidateUserID(user); err != nil {
			return fmt.Errorf("--user: %w", err)
		}
	}
	return o.targetOptions.check()
}

func resync(ctx context.Context, std cli.Streams, o resyncOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	cfg, err := o.resolve(ctx, std)
	if err != nil {
		return err
	}
	target, name, err := o.target(ctx, cfg)
	if err != nil {
		return err
	}
	store := profilestore.New(tables(cfg), o.table)
	a := &announcer{out: std.Out, target: name, snapshot: o.commandLine("snapshot") + o.sameTarget(), table: o.table, announced: map[string]int64{}}
	if o.format == cli.JSON {
		a.out = std.Err // standard output is the JSON's alone
	}
	err = o.announce(ctx, std, a, cfg, store, target)
	if o.format == cli.JSON {
		return errors.Join(err, a.print(std.Out))
	}
	return err
}

// announce announces what the flags choose.
func (o *resyncOptions) announce(ctx context.Context, std cli.Streams, a *announcer, cfg aws.Config, store *profilestore.Store, target backfill.Target) error {
	a.announce = func(user string) (events.Profile, error) {
		p, err := backfill.Resync(ctx, store.Read, target, user)
		var unread *profilestore.Error
		if errors.As(err, &unread) {
			err = o.missing("--table", o.table, cfg, err)
		}
		return p, err
	}
	a.erase = func(m backfill.Missed) error { return backfill.ResyncErased(ctx, target, m, time.Now()) }
	if o.letters != "" {
		return o.announceLetters(ctx, std, a, cfg)
	}
	var errs []error
	for i, user := range o.users {
		_, err := a.user(user)
		errs = append(errs, err)
		if down(err) && i < len(o.users)-1 {
			errs = append(errs, errors.New("the users after it were not tried"))
			break
		}
	}
	return errors.Join(errs...)
}

// announceLetters announces the profiles that letters name.
func (o *resyncOptions) announceLetters(ctx context.Context, std cli.Streams, a *announcer, cfg aws.Config) error {
	letters := openDeadLetters(sqs.NewFromConfig(cfg), o.letters)
	before, uncounted := letters.Depth(ctx)
	held, err := letters.Hold(ctx, o.max)
	if err != nil {
		return errors.Join(o.missing("--dead-letters", o.letters, cfg, err), held.Close(ctx))
	}
	hidden := countHidden(ctx, letters, before, held)
	hidden.err = cmp.Or(uncounted, hidden.err)
	overlooked := hidden.overlooked("announcements", path.Base(o.letters))
	if hidden.err != nil { // docs/snapshot.md lets callers do without the permission
		fmt.Fprintln(std.Err, overlooked)
		overlooked = nil
	}
	return errors.Join(a.letters(ctx, held), overlooked, held.Close(ctx))
}

// down tells whether the next profile would fail too: the table does not answer, or
// the target accepts nothing at present.
func down(err error) bool {
	var table *profilestore.Error
	var target *events.SendError
	return errors.As(err, &table) || errors.As(err, &target) && target.Outcome != events.Rejected
}
