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
	if err := o.list(std, office.boxes, time.Now(), o.format); err != nil || o.format == cli.JSON || o.kind == kindAnnouncements {
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

// An outcome is what redrive did with a chosen letter, as --output json names it.
type outcome string

const (
	outcomeSent      outcome = "sent"      // to the change queue; the letter is deleted
	outcomeDiscarded outcome = "discarded" // deleted
	outcomeHeld      outcome = "held"      // not sent: it would come straight back
	outcomeFailed    outcome = "failed"    // the letter stays
	outcomeLeft      outcome = "left"      // nothing was done, and the letter stays
)

// act sends or discards the chosen letters. Each is judged right before it is sent. A
// letter that fails stays and is named, and the rest continue. When ctx ends, the rest
// stay.
func (o *redriveOptions) act(ctx context.Context, out io.Writer, office *letterOffice) error {
	box, verb, count := office.boxes[0], "discarded", map[outcome]int{}
	if o.send {
		verb = "sent back"
	}
	var errs []error
	for i := range box.letters {
		l := &box.letters[i]
		if !o.chosen(&l.letter) {
			continue
		}
		l.outcome, l.err = o.settle(ctx, office, l)
		switch count[l.outcome]++; l.outcome {
		case outcomeSent, outcomeDiscarded:
			fmt.Fprintf(out, "%s %s (%s, %s)\n", verb, l.ID, terminal.Visible(string(l.Code)), user(&l.letter))
		case outcomeHeld:
			fmt.Fprintf(out, "not sent %s (%s): %s\n", l.ID, user(&l.letter), terminal.Visible(l.verdict.Why))
		case outcomeFailed:
			errs = append(errs, l.err)
		}
	}
	fmt.Fprintf(out, "%d of %s %s\n", count[outcomeSent]+count[outcomeDiscarded], countLetters(len(box.letters)), verb)
	switch {
	case ctx.Err() != nil:
		errs = append(errs, ctx.Err())
	case box.more:
		errs = append(errs, fmt.Errorf("there may be more than these %d dead letters: run it again, or give a greater --max", len(box.letters)))
	}
	if held := count[outcomeHeld]; held > 0 {
		errs = append(errs, fmt.Errorf("%s not sent, because sending would only make the same letter again: mend by --edit, discard, or add --force", countLetters(held)))
	}
	return errors.Join(errs...)
}

// settle sends or discards one letter.
func (o *redriveOptions) settle(ctx context.Context, office *letterOffice, l *judged) (outcome, error) {
	box := office.boxes[0]
	did := func(done outcome, err error) (outcome, error) {
		if err != nil {
			return outcomeFailed, err
		}
		return done, nil
	}
	switch {
	case ctx.Err() != nil:
		return outcomeLeft, nil
	case o.discard:
		return did(outcomeDiscarded, box.held.Discard(ctx, l.letter))
	case !o.force:
		if office.judgeOne(ctx, box, l); !l.verdict.Passes() {
			return outcomeHeld, nil
		}
	}
	return did(outcomeSent, box.held.Redrive(ctx, l.letter, office.changes))
}
