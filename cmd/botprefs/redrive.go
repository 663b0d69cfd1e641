package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/queue"
	"github.com/peterbourgon/ff/v4"
)

const redriveHelp = `Without --send or --discard it lists the dead letters: what was refused, why, whose it
is and how old. Chosen letters go back to the change queue with --send, once the cause is
gone; sending twice is harmless. --discard drops them for good.

Choose by ids as arguments (the first characters are enough), by --code and --user, or
with --all.`

// redriveOptions are the command's flags.
type redriveOptions struct {
	clientOptions
	send, discard, all bool
	code, user         string
	max                int
	ids                []string
}

func redriveCommand(std streams) *ff.Command {
	flags := ff.NewFlagSet("redrive")
	var o redriveOptions
	o.clientOptions.register(flags)
	flags.BoolVar(&o.send, 0, "send", "send the chosen letters back to the change queue")
	flags.BoolVar(&o.discard, 0, "discard", "drop the chosen letters for good")
	flags.BoolVar(&o.all, 0, "all", "choose all letters")
	flags.StringVar(&o.code, 0, "code", "", "choose letters with this reason, such as profile_too_large")
	flags.StringVar(&o.user, 0, "user", "", "choose letters of this user")
	flags.IntVar(&o.max, 0, "max", 100, "look at no more letters than this")
	return &ff.Command{
		Name: "redrive", Usage: "botprefs redrive [flags] [id ...]", Flags: flags,
		ShortHelp: "list dead letters with their reasons, and send chosen ones back",
		LongHelp:  redriveHelp,
		Exec: func(ctx context.Context, args []string) error {
			o.ids = args
			return redrive(ctx, std, o)
		},
	}
}

func redrive(ctx context.Context, std streams, o redriveOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	changes, letters, err := o.queues(ctx)
	if err != nil {
		return err
	}
	// Hidden long enough to be worked through, and released when done.
	browsed, err := letters.Browse(ctx, o.max, 5*time.Minute)
	if err != nil {
		return err
	}
	if err := o.known(browsed); err != nil {
		return errors.Join(err, release(ctx, letters, browsed))
	}
	if !o.send && !o.discard {
		o.list(std.out, browsed, time.Now())
		if len(browsed) == o.max {
			fmt.Fprintf(std.out, "There may be more: it looked at no more than --max %d.\n", o.max)
		}
		return release(ctx, letters, browsed)
	}
	return o.act(ctx, std.out, browsed, changes, letters)
}

func (o *redriveOptions) check() error {
	chooses := o.all || o.code != "" || o.user != "" || len(o.ids) > 0
	switch {
	case o.send && o.discard:
		return errors.New("--send and --discard exclude each other")
	case (o.send || o.discard) && !chooses:
		return errors.New("choose letters: by id, --code, --user or --all")
	case o.max < 1:
		return errors.New("--max must be at least 1")
	}
	for _, id := range o.ids {
		if len(id) < 4 {
			return fmt.Errorf("id %q: give at least its first 4 characters", id)
		}
	}
	return nil
}

// chosen tells whether a letter is meant: it keeps to every restriction given.
func (o *redriveOptions) chosen(l *deadletter.Browsed) bool {
	if o.code != "" && string(l.Code) != o.code || o.user != "" && l.UserID != o.user {
		return false
	}
	if len(o.ids) == 0 {
		return true
	}
	for _, id := range o.ids {
		if strings.HasPrefix(l.ID, id) {
			return true
		}
	}
	return false
}

// known refuses an id that no letter has: it may be mistyped.
func (o *redriveOptions) known(letters []deadletter.Browsed) error {
	for _, id := range o.ids {
		if !slices.ContainsFunc(letters, func(l deadletter.Browsed) bool { return strings.HasPrefix(l.ID, id) }) {
			return fmt.Errorf("no dead letter has an id that begins with %q", id)
		}
	}
	return nil
}

// act sends or discards the chosen letters and releases the others. One that
// fails stays, is named, and does not stop the rest; when ctx ends, the rest
// stays too.
func (o *redriveOptions) act(ctx context.Context, out io.Writer, browsed []deadletter.Browsed, changes *queue.Queue, letters *deadletter.Queue) error {
	verb, done := "discarded", 0
	if o.send {
		verb = "sent back"
	}
	var errs []error
	for i, l := range browsed {
		if ctx.Err() != nil {
			errs = append(errs, ctx.Err(), release(ctx, letters, browsed[i:]))
			break
		}
		var err error
		switch {
		case !o.chosen(&l):
			errs = append(errs, release(ctx, letters, browsed[i:i+1]))
			continue
		case o.send:
			err = letters.Redrive(ctx, l, changes)
		default:
			err = letters.Discard(ctx, l)
		}
		if err != nil {
			errs = append(errs, err, release(ctx, letters, browsed[i:i+1]))
			continue
		}
		done++
		fmt.Fprintf(out, "%s %s (%s, %s)\n", verb, l.ID, visible(string(l.Code)), user(&l))
	}
	fmt.Fprintf(out, "%d of %s %s\n", done, count(len(browsed)), verb)
	return errors.Join(errs...)
}

// releaseWithin bounds the release of letters after ctx has ended.
const releaseWithin = 10 * time.Second

// release lets others see the letters again, even after Ctrl-C: else they
// would stay hidden for minutes.
func release(ctx context.Context, letters *deadletter.Queue, browsed []deadletter.Browsed) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseWithin)
	defer cancel()
	var errs []error
	for _, l := range browsed {
		errs = append(errs, letters.Release(ctx, l))
	}
	return errors.Join(errs...)
}

// list prints the chosen letters, which are all of them where nothing restricts
// the choice.
func (o *redriveOptions) list(w io.Writer, letters []deadletter.Browsed, now time.Time) {
	letters = slices.DeleteFunc(slices.Clone(letters), func(l deadletter.Browsed) bool { return !o.chosen(&l) })
	if len(letters) == 0 {
		fmt.Fprintln(w, "no dead letters")
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "id\treason\tuser\tage\twhy")
	for _, l := range letters {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", l.ID, visible(string(l.Code)), user(&l), now.Sub(l.Sent).Round(time.Second), visible(l.Message))
	}
	_ = t.Flush() // w keeps its own error
	fmt.Fprintf(w, "\n%s. Once the cause is gone:\n  go run ./cmd/botprefs redrive%s --send <id> ...\n", count(len(letters)), o.flags())
}

// flags are those that reach the same queues again.
func (o *redriveOptions) flags() string {
	text := ""
	if o.endpoint != "" {
		text += " --endpoint " + o.endpoint
	}
	if o.stage != "dev" {
		text += " --stage " + o.stage
	}
	return text
}

func count(letters int) string {
	if letters == 1 {
		return "1 dead letter"
	}
	return fmt.Sprintf("%d dead letters", letters)
}

// user is whose letter it is, safe to print.
func user(l *deadletter.Browsed) string {
	if l.UserID == "" {
		return "(unreadable)"
	}
	return quoted(l.UserID)
}

// visible is a text of anybody's without what a terminal would act on.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}
