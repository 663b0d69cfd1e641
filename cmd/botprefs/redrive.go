package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
)

const redriveHelp = `Without --send, --discard or --edit it lists the dead letters of the change queue: the
refused changes with reason, user, age and verdict. --dry-run says so of the chosen letters.

--send sends chosen letters back to the change queue, once the cause is gone. Each is judged
first, by the contract's own rules and merge over the stored profile. One that would come
straight back is not sent, and the command says why; --force sends it anyway. Sending a
letter twice is harmless. --discard deletes chosen letters for good.

--edit opens a letter in $VISUAL or $EDITOR, so that it can be mended. The mended change is
judged, sent once you agree (or at once with --send), and only then is the old letter
deleted. Keep the id: it is what orders the change. A letter that is too old, from the
future, or whose id is malformed needs a new one, which the file offers; it then counts as
said now, and the command names what it overrides.

Choose letters by their ids as arguments (the first characters are enough), by --code, --user
and --source, or all with --all.

--of announcements lists and discards the dead letters of announcements. They are not sent:
botprefs resync --dead-letters announces their profiles anew.

The letters are hidden from others for as long as the command runs, and for half a minute
after it was killed. It ends with status 1 if a chosen letter stays, or if letters are hidden
because another command works on them.

It needs ` + permissions + `,
and sqs:DeleteMessage, on the dead-letter queue, sqs:SendMessage on the change queue, and
dynamodb:GetItem on the table for verdicts. A letter that cannot be judged is sent.
` + findsQueues + `

` + jsonLetters + `
With --send, --discard or --edit each chosen letter also has "done" (sent, discarded, held: it
would come straight back, left: nothing was done, or failed) and "error" (absent if there is
none). After an interruption letters that are left have the verdict not_judged. What is said meanwhile goes to standard error.`

const redriveExamples = `  botprefs %[1]s --stage prod --dry-run
  botprefs %[1]s --stage prod --code profile_too_large --output json
  botprefs %[1]s --stage prod --send 0f8fad5b d9e4c1a2
  botprefs %[1]s --stage prod --edit 0f8fad5b`

// redriveOptions are the command's flags.
type redriveOptions struct {
	letterOptions
	send, discard, all  bool
	dryRun, force, edit bool
	format              cli.Format
	editor              func(ctx context.Context, std cli.Streams, file string) error // default runEditor
}

func redriveCommand(std cli.Streams) *cobra.Command {
	return redriveCommandAs(std, "redrive", "redrive [flags] [id ...]")
}

// redriveCommandAs makes the command under one of its two names.
func redriveCommandAs(std cli.Streams, name, use string) *cobra.Command {
	o := redriveOptions{editor: runEditor}
	queues := []string{kindChanges, kindAnnouncements}
	c := &cobra.Command{
		Use:     use,
		Short:   "list dead letters with their verdicts, mend chosen ones and send them back",
		Long:    redriveHelp,
		Example: fmt.Sprintf(redriveExamples, name),
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			o.ids = args
			if err := o.letterOptions.check(queues...); err != nil {
				return err
			}
			return redrive(c.Context(), std, o)
		},
	}
	o.register(c, kindChanges, queues...)
	flags := c.Flags()
	flags.BoolVar(&o.dryRun, "dry-run", false, "only say what would become of the chosen letters")
	flags.BoolVar(&o.send, "send", false, "send the chosen letters back to the change queue")
	flags.BoolVar(&o.force, "force", false, "with --send: also send letters that would come straight back")
	flags.BoolVar(&o.edit, "edit", false, "mend one letter in $VISUAL or $EDITOR, and send it")
	flags.BoolVar(&o.discard, "discard", false, "delete the chosen letters for good")
	flags.BoolVar(&o.all, "all", false, "choose all letters")
	o.format.Register(c)
	return c
}

func redrive(ctx context.Context, std cli.Streams, o redriveOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	o.sends = o.send || o.edit
	office, err := o.receive(ctx, std)
	if err != nil {
		return err
	}
	return errors.Join(o.work(ctx, std, office), o.incomplete(office.boxes), office.close(ctx))
}

// work does what the flags say.
func (o *redriveOptions) work(ctx context.Context, std cli.Streams, office *letterOffice) error {
	told := std
	if o.format == cli.JSON {
		told.Out = std.Err // standard output is the JSON's alone
	}
	acts := !o.dryRun && (o.send || o.discard)
	if o.edit || !acts || o.format == cli.JSON && (o.discard || o.force) {
		office.judgeAll(ctx, &o.letterOptions)
	}
	var err error
	switch {
	case o.edit:
		err = o.mend(ctx, told, office)
	case acts:
		err = o.act(ctx, told.Out, office)
	case o.dryRun:
		return o.predict(std, office)
	default:
		return o.list(std, office.boxes, time.Now(), o.format)
	}
	if o.format == cli.JSON {
		err = errors.Join(err, cli.WriteJSON(std.Out, o.listed(office.boxes)))
	}
	return err
}

func (o *redriveOptions) check() error {
	chooses := o.all || o.code != "" || o.user != "" || o.source != "" || len(o.ids) > 0
	acts := o.send || o.discard || o.edit
	switch {
	case o.send && o.discard:
		return errors.New("--send and --discard exclude each other")
	case o.edit && o.discard:
		return errors.New("--edit and --discard exclude each other")
	case acts && !chooses:
		return errors.New("choose letters: by id, --code, --user, --source or --all")
	case o.edit && len(o.ids) != 1:
		return errors.New("--edit mends one letter: give its id")
	case o.force && !o.send:
		return errors.New("--force goes with --send")
	case o.kind == kindAnnouncements && (o.send || o.edit):
		return fmt.Errorf("announcements are not sent again, but made again from the profiles: %s dlq list%s --of announcements prints the command", cli.Program(), o.sameStack())
	}
	return nil
}
