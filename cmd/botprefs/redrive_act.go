package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

// predict says what would become of the chosen letters, and does nothing.
func (o *redriveOptions) predict(std cli.Streams, office *letterOffice) error {
	if err := o.list(std, office.boxes, time.Now(), o.format); err != nil || o.format == cli.JSON || o.of == ofAnnouncements {
		return err
	}
	letters := o.these(office.boxes[0])
	if o.discard {
		fmt.Fprintf(std.Out, "%s would be discarded. Nothing was done.\n", countLetters(len(letters)))
		return nil
	}
	held := len(slices.DeleteFunc(slices.Clone(letters), func(l judged) bool { return l.verdict.Passes() }))
	fmt.Fprintf(std.Out, "%d of %s would be sent, %d would not. Nothing was done.\n", len(letters)-held, countLetters(len(letters)), held)
	return nil
}

// act sends or discards the chosen letters and releases the others. Each is judged right
// before it is sent. A letter that fails stays and is named, and the rest continue. When
// ctx ends, the rest stay.
func (o *redriveOptions) act(ctx context.Context, out io.Writer, office *letterOffice) error {
	box, verb, done, held := office.boxes[0], "discarded", 0, 0
	if o.send {
		verb = "sent back"
	}
	var errs []error
	for i := range box.letters {
		l := &box.letters[i]
		if ctx.Err() != nil {
			rest := *box
			rest.letters = box.letters[i:]
			errs = append(errs, ctx.Err(), rest.release(ctx))
			break
		}
		switch err := o.settle(ctx, office, l); {
		case err == nil:
			done++
			fmt.Fprintf(out, "%s %s (%s, %s)\n", verb, l.ID, terminal.Visible(string(l.Code)), user(&l.letter))
		case errors.Is(err, errHeld):
			held++
			fmt.Fprintf(out, "not sent %s (%s): %s\n", l.ID, user(&l.letter), terminal.Visible(l.verdict.Why))
			errs = append(errs, release(ctx, box.queue, []letter{l.letter}))
		case errors.Is(err, errNotChosen):
			errs = append(errs, release(ctx, box.queue, []letter{l.letter}))
		default:
			errs = append(errs, err, release(ctx, box.queue, []letter{l.letter}))
		}
	}
	fmt.Fprintf(out, "%d of %s %s\n", done, countLetters(len(box.letters)), verb)
	if box.more && ctx.Err() == nil {
		errs = append(errs, fmt.Errorf("there may be more than these %d dead letters: run it again, or give a greater --max", len(box.letters)))
	}
	if held > 0 {
		errs = append(errs, fmt.Errorf("%s not sent, because sending would only make the same letter again: mend by --edit, discard, or add --force", countLetters(held)))
	}
	return errors.Join(errs...)
}

var (
	errNotChosen = errors.New("the letter is not chosen")
	errHeld      = errors.New("the letter would come straight back")
)

// settle sends or discards one letter. Nil: it is gone from the dead-letter queue.
func (o *redriveOptions) settle(ctx context.Context, office *letterOffice, l *judged) error {
	box := office.boxes[0]
	switch {
	case !o.chosen(&l.letter):
		return errNotChosen
	case o.discard:
		return box.queue.Discard(ctx, l.letter)
	case !o.force:
		if office.judgeOne(ctx, box, l); !l.verdict.Passes() {
			return errHeld
		}
	}
	return box.queue.Redrive(ctx, l.letter, office.changes)
}
