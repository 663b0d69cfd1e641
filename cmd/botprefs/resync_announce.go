package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

// An announcer announces profiles, each once.
type announcer struct {
	out           io.Writer
	target, table string
	announce      func(user string) (events.Profile, error)
	announced     map[string]int64 // revisions, by user
}

// user announces a profile and returns its revision.
func (a *announcer) user(user string) (int64, error) {
	if revision, ok := a.announced[user]; ok {
		return revision, nil
	}
	p, err := a.announce(user)
	if errors.Is(err, backfill.ErrNothingStored) {
		return 0, fmt.Errorf("%s: table %s has no item of this user: nothing was ever heard of it, or it was removed a month after the last of it was forgotten; there is no revision to announce, and a copy of it must go", cli.Quoted(user), a.table)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: not announced: %w", cli.Quoted(user), brief(err))
	}
	a.announced[user] = p.Revision
	what := cli.Plural(int64(len(p.Visible())), "preference")
	if len(p.Visible()) == 0 {
		what = "nothing visible"
	}
	fmt.Fprintf(a.out, "announced %s at revision %d (%s) to %s\n", cli.Quoted(user), p.Revision, what, a.target)
	return p.Revision, nil
}

// letters announces the profiles that letters name, and deletes each letter after that.
// A letter that fails stays and is named, and the rest continue.
func (a *announcer) letters(ctx context.Context, letters *deadLetters, browsed []letter, more bool) error {
	done := 0
	var errs []error
	for i, l := range browsed {
		err := a.letter(ctx, letters, l)
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
	fmt.Fprintf(a.out, "%d of %s announced again and deleted\n", done, countLetters(len(browsed)))
	if more {
		fmt.Fprintf(a.out, "There may be more: it looked at no more than --max %d.\n", len(browsed))
	}
	return errors.Join(errs...)
}

func (a *announcer) letter(ctx context.Context, letters *deadLetters, l letter) error {
	missed, err := backfill.ReadMissed(l.Body)
	if err != nil {
		return err
	}
	if b := missed.Batch; b != nil {
		return fmt.Errorf("it names no user, but %s of the stream, %s to %s of %s, which it keeps for 24 hours only: run botprefs snapshot to %s, and then delete the letter",
			cli.Plural(int64(b.Size), "record"), terminal.Visible(b.First), terminal.Visible(b.Last), terminal.Visible(b.Shard), a.target)
	}
	revision, err := a.user(missed.UserID)
	if err != nil {
		return err
	}
	if revision < missed.Revision {
		return fmt.Errorf("%s: it is of revision %d, and the table has %d: is %s the right table, or was it restored?", cli.Quoted(missed.UserID), missed.Revision, revision, a.table)
	}
	return letters.Discard(ctx, l)
}
