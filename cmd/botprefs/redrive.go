package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
	"github.com/bot-preferences/bot-preferences/queue"
)

const redriveHelp = `Lists the dead letters of the change queue: the refused changes, with reason, user and
age. --send sends chosen letters back to the change queue, once the cause is gone. Sending
a letter twice is harmless. --discard deletes chosen letters for good.

Choose letters by their ids as arguments (the first characters are enough), by --code and
--user, or all with --all.

--output json prints the list as an array with one object per letter: "id", "code" (the
reason), "message" (absent if there is none), "user_id" (absent if it cannot be read),
"sent" (RFC 3339; when the change entered its first queue) and "truncated" (whether the
letter's body was cut).`

const redriveExamples = `  botprefs redrive --stage prod
  botprefs redrive --stage prod --code profile_too_large --output json
  botprefs redrive --stage prod --send 0f8fad5b d9e4c1a2`

// redriveOptions are the command's flags.
type redriveOptions struct {
	clientOptions
	send, discard, all bool
	code, user         string
	max                int
	ids                []string
	format             cli.Format
}

func redriveCommand(std cli.Streams) *cobra.Command {
	var o redriveOptions
	c := &cobra.Command{
		Use:     "redrive [flags] [id ...]",
		Short:   "list dead letters with their reasons, and send chosen ones back",
		Long:    redriveHelp,
		Example: redriveExamples,
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			o.ids = args
			return redrive(c.Context(), std, o)
		},
	}
	o.clientOptions.register(c)
	flags := c.Flags()
	flags.BoolVar(&o.send, "send", false, "send the chosen letters back to the change queue")
	flags.BoolVar(&o.discard, "discard", false, "delete the chosen letters for good")
	flags.BoolVar(&o.all, "all", false, "choose all letters")
	flags.StringVar(&o.code, "code", "", "choose letters with this `reason`, such as profile_too_large")
	flags.StringVar(&o.user, "user", "", "choose letters of this `user`")
	cli.IntVar(flags, &o.max, "max", 100, "look at no more than this `number` of letters")
	o.format.Register(c)
	cli.Complete(c, "code", string(events.Malformed), string(events.UnknownVersion), string(events.FromTheFuture),
		string(events.TooOld), string(events.TooLarge), string(events.ProfileTooLarge), string(events.Unreadable), string(deadletter.Redriven))
	return c
}

func redrive(ctx context.Context, std cli.Streams, o redriveOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	changes, letters, err := o.queues(ctx, std)
	if err != nil {
		return err
	}
	browsed, err := letters.Browse(ctx, o.max, hideLetters)
	if err != nil {
		return err
	}
	if err := o.known(browsed); err != nil {
		return errors.Join(err, release(ctx, letters, browsed))
	}
	if !o.send && !o.discard {
		return errors.Join(o.list(std, browsed, time.Now()), release(ctx, letters, browsed))
	}
	return o.act(ctx, std.Out, browsed, changes, letters)
}

func (o *redriveOptions) check() error {
	chooses := o.all || o.code != "" || o.user != "" || len(o.ids) > 0
	switch {
	case o.send && o.discard:
		return errors.New("--send and --discard exclude each other")
	case (o.send || o.discard) && !chooses:
		return errors.New("choose letters: by id, --code, --user or --all")
	case (o.send || o.discard) && o.format == cli.JSON:
		return errors.New("--output json is for the list: leave it out with --send and --discard")
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

// chosen tells whether a letter meets every restriction.
func (o *redriveOptions) chosen(l *letter) bool {
	if o.code != "" && string(l.Code) != o.code || o.user != "" && l.UserID != o.user {
		return false
	}
	return len(o.ids) == 0 || slices.ContainsFunc(o.ids, func(id string) bool { return strings.HasPrefix(l.ID, id) })
}

// known refuses an id that no letter has: it may be mistyped.
func (o *redriveOptions) known(letters []letter) error {
	for _, id := range o.ids {
		if !slices.ContainsFunc(letters, func(l letter) bool { return strings.HasPrefix(l.ID, id) }) {
			return fmt.Errorf("no dead letter has an id that begins with %q", id)
		}
	}
	return nil
}

// act sends or discards the chosen letters and releases the others. A letter that fails
// stays and is named, and the rest continue. When ctx ends, the rest stay.
func (o *redriveOptions) act(ctx context.Context, out io.Writer, browsed []letter, changes *queue.Queue, letters *deadLetters) error {
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
		fmt.Fprintf(out, "%s %s (%s, %s)\n", verb, l.ID, terminal.Visible(string(l.Code)), user(&l))
	}
	fmt.Fprintf(out, "%d of %s %s\n", done, countLetters(len(browsed)), verb)
	return errors.Join(errs...)
}
