package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

const resyncHelp = `Announces single profiles again, as they are stored now: PreferencesUpdated with "snapshot":
true. --user names whose.

--dead-letters URL takes the letters of announcements that were given up, announces the
profile of each, and deletes a letter once that is taken. The stack's own are in the queue
AnnouncementsDeadLetterQueueUrl; those of a subscriber's dead-letter queue do as well.
Letters that name shard and sequence numbers only, and no user, stay: run botprefs
snapshot, which makes up for them.`

// resyncOptions are the command's flags.
type resyncOptions struct {
	targetOptions
	users   []string
	letters string
	max     int
}

func resyncCommand(std streams) *ff.Command {
	flags := ff.NewFlagSet("resync")
	var o resyncOptions
	o.targetOptions.register(flags, "put the announcements on this bus: its name or ARN; default bot-preferences-<stage>, where there is no --queue")
	flags.StringListVar(&o.users, 0, "user", "announce this user's profile; may be repeated")
	flags.StringVar(&o.letters, 0, "dead-letters", "", "announce the profiles that the letters in the queue of this URL name")
	flags.IntVar(&o.max, 0, "max", 100, "look at no more letters than this")
	return &ff.Command{
		Name: "resync", Usage: "botprefs resync (--user U ... | --dead-letters URL) [--bus NAME | --queue URL] [flags]", Flags: flags,
		ShortHelp: "announce single profiles again, also for dead-lettered announcements",
		LongHelp:  resyncHelp,
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("resync takes no arguments, and got %q: name users by --user", args[0])
			}
			if err := checkEmpty(flags); err != nil {
				return err
			}
			return resync(ctx, std, o)
		},
	}
}

func (o *resyncOptions) check() error {
	switch {
	case len(o.users) == 0 && o.letters == "":
		return errors.New("say whose profile: --user U, or --dead-letters URL")
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
	if o.bus == "" && o.queue == "" {
		o.bus = "bot-preferences-" + o.stage
	}
	return o.targetOptions.check()
}

func resync(ctx context.Context, std streams, o resyncOptions) error {
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
	target, name, err := o.target(ctx, cfg)
	if err != nil {
		return err
	}
	store := profilestore.New(tables(cfg), o.table)
	r := &resyncing{out: std.out, target: name, table: o.table, at: map[string]int64{}}
	r.announce = func(user string) (events.Profile, error) {
		p, err := backfill.Resync(ctx, store.Read, target, user)
		var unread *profilestore.Error
		if errors.As(err, &unread) {
			err = o.missing("--table", o.table, cfg, err)
		}
		return p, err
	}
	if o.letters != "" {
		letters := deadletter.New(sqs.NewFromConfig(cfg), o.letters)
		browsed, err := letters.Browse(ctx, o.max, 5*time.Minute)
		if err != nil {
			return errors.Join(o.missing("--dead-letters", o.letters, cfg, err), release(ctx, letters, browsed))
		}
		return r.deadLetters(ctx, letters, browsed, len(browsed) == o.max)
	}
	var errs []error
	for i, user := range o.users {
		_, err := r.user(user)
		errs = append(errs, err)
		if down(err) && i < len(o.users)-1 {
			errs = append(errs, errors.New("the users after it were not tried"))
			break
		}
	}
	return errors.Join(errs...)
}

// down tells whether the next profile would fare no better: the table does not
// answer, or the target takes nothing just now.
func down(err error) bool {
	var table *profilestore.Error
	var target *events.SendError
	return errors.As(err, &table) || errors.As(err, &target) && target.Outcome != events.Rejected
}

// A resyncing announces profiles, each once.
type resyncing struct {
	out           io.Writer
	target, table string
	announce      func(user string) (events.Profile, error)
	at            map[string]int64 // the revision that was announced, by user
}

// user announces a profile and returns its revision.
func (r *resyncing) user(user string) (int64, error) {
	if revision, ok := r.at[user]; ok {
		return revision, nil
	}
	p, err := r.announce(user)
	if errors.Is(err, backfill.ErrNothingStored) {
		return 0, fmt.Errorf("%s: table %s has no item of this user: nothing was ever heard of it, or it was removed a month after the last of it was forgotten; there is no revision to announce, and a copy of it must go", quoted(user), r.table)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: not announced: %w", quoted(user), brief(err))
	}
	r.at[user] = p.Revision
	what := plural(int64(len(p.Visible())), "preference")
	if len(p.Visible()) == 0 {
		what = "nothing visible"
	}
	fmt.Fprintf(r.out, "announced %s at revision %d (%s) to %s\n", quoted(user), p.Revision, what, r.target)
	return p.Revision, nil
}

// deadLetters announces what letters name, and deletes each letter after that.
// One that fails stays, is named, and does not stop the rest.
func (r *resyncing) deadLetters(ctx context.Context, letters *deadletter.Queue, browsed []deadletter.Browsed, more bool) error {
	done := 0
	var errs []error
	for i, l := range browsed {
		err := r.letter(ctx, letters, l)
		if err == nil {
			done++
			continue
		}
		errs = append(errs, fmt.Errorf("dead letter %s stays: %w", l.ID, err))
		if down(err) || ctx.Err() != nil {
			errs = append(errs, errors.New("the letters after it were not tried"), release(ctx, letters, browsed[i:]))
			break
		}
		errs = append(errs, release(ctx, letters, browsed[i:i+1]))
	}
	fmt.Fprintf(r.out, "%d of %s announced again and deleted\n", done, count(len(browsed)))
	if more {
		fmt.Fprintf(r.out, "There may be more: it looked at no more than --max %d.\n", len(browsed))
	}
	return errors.Join(errs...)
}

func (r *resyncing) letter(ctx context.Context, letters *deadletter.Queue, l deadletter.Browsed) error {
	missed, err := backfill.ReadMissed(l.Body)
	if err != nil {
		return err
	}
	if b := missed.Batch; b != nil {
		return fmt.Errorf("it names no user, but %s of the stream, %s to %s of %s, which it keeps for 24 hours only: run botprefs snapshot to %s, and then delete the letter",
			plural(int64(b.Size), "record"), visible(b.First), visible(b.Last), visible(b.Shard), r.target)
	}
	revision, err := r.user(missed.UserID)
	if err != nil {
		return err
	}
	if revision < missed.Revision {
		return fmt.Errorf("%s: it is of revision %d, and the table has %d: is %s the right table, or was it restored?", quoted(missed.UserID), missed.Revision, revision, r.table)
	}
	return letters.Discard(ctx, l)
}

// quoted is a user id, safe to print, in ASCII so that names that look alike are
// told apart.
func quoted(id string) string {
	text := fmt.Sprintf("%+q", id)
	return text[1 : len(text)-1]
}
