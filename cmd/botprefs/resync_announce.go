package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

// An announcer announces profiles, each once.
type announcer struct {
	out           io.Writer
	target, table string
	snapshot      string // the command that announces all profiles to the same target
	announce      func(user string) (events.Profile, error)
	erase         func(backfill.Missed) error // announces that a profile is gone
	announced     map[string]int64            // revisions, by user
}

// user announces a profile and returns its revision.
func (a *announcer) user(user string) (int64, error) {
	if revision, ok := a.announced[user]; ok {
		return revision, nil
	}
	p, err := a.announce(user)
	if errors.Is(err, backfill.ErrNothingStored) {
		return 0, fmt.Errorf("%s: table %s has no item of this user: nothing was ever heard of it, or somebody deleted it, or it was removed a month after the last of it was forgotten; there is no revision to announce, and a copy of it must go", cli.Quoted(user), a.table)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: not announced: %w", cli.Quoted(user), brief(err))
	}
	a.tell(user, &p)
	return p.Revision, nil
}

// tell notes and prints that a profile was announced.
func (a *announcer) tell(user string, p *events.Profile) {
	a.announced[user] = p.Revision
	what := cli.Plural(int64(len(p.Visible())), "preference")
	if len(p.Visible()) == 0 {
		what = "nothing visible"
	}
	fmt.Fprintf(a.out, "announced %s at revision %d (%s) to %s\n", cli.Quoted(user), p.Revision, what, a.target)
}

// An announcedProfile is one that was announced, as --output json prints it.
type announcedProfile struct {
	UserID   string `json:"user_id"`
	Revision int64  `json:"revision"`
}

// print prints what was announced, in the order of the users.
func (a *announcer) print(w io.Writer) error {
	list := make([]announcedProfile, 0, len(a.announced))
	for _, user := range slices.Sorted(maps.Keys(a.announced)) {
		list = append(list, announcedProfile{user, a.announced[user]})
	}
	return cli.WriteJSON(w, list)
}

// letters announces the profiles that letters name, and deletes each letter after that.
// A letter that fails stays and is named, and the rest continue.
func (a *announcer) letters(ctx context.Context, held *deadletter.Hold) error {
	done := 0
	var errs []error
	letters := slices.Clone(held.Letters)
	slices.SortStableFunc(letters, deletionsFirst)
	for _, l := range letters {
		err := a.letter(ctx, held, l)
		if err == nil {
			done++
			continue
		}
		errs = append(errs, fmt.Errorf("dead letter %s stays: %w", l.ID, err))
		if down(err) || ctx.Err() != nil {
			errs = append(errs, errors.New("the letters after it were not tried"))
			break
		}
	}
	fmt.Fprintf(a.out, "%d of %s announced again and deleted\n", done, countLetters(len(letters)))
	if held.More {
		fmt.Fprintf(a.out, "There may be more: it looked at no more than --max %d.\n", len(letters))
	}
	return errors.Join(errs...)
}

// gone announces that a profile is gone, and tells whether it did. It does if a letter
// says that somebody deleted the profile in the table, and the table has no new one.
func (a *announcer) gone(m *backfill.Missed) (bool, error) {
	if !m.Erased || m.Revision == 0 {
		return false, nil
	}
	if _, known := a.announced[m.UserID]; known {
		return false, nil
	}
	switch p, err := a.announce(m.UserID); {
	case err == nil:
		a.tell(m.UserID, &p)
		return false, nil
	case !errors.Is(err, backfill.ErrNothingStored):
		return false, nil // a.user tries again, and says what is wrong
	}
	if err := a.erase(*m); err != nil {
		return false, fmt.Errorf("%s: not announced: %w", cli.Quoted(m.UserID), brief(err))
	}
	a.announced[m.UserID] = m.Revision
	fmt.Fprintf(a.out, "announced %s at revision %d (deleted in the table) to %s\n", cli.Quoted(m.UserID), m.Revision, a.target)
	return true, nil
}

// deletionsFirst orders letters so that those of deleted profiles come first, the
// greatest revision before the others: earlier letters of the same user are then
// settled by it.
func deletionsFirst(l, m letter) int {
	return cmp.Compare(deletion(m), deletion(l))
}

// deletion is the revision under which a letter says that a profile was deleted; else 0.
func deletion(l letter) int64 {
	missed, err := backfill.ReadMissed(l.Body)
	if err != nil || !missed.Erased {
		return 0
	}
	return missed.Revision
}

func (a *announcer) letter(ctx context.Context, held *deadletter.Hold, l letter) error {
	missed, err := backfill.ReadMissed(l.Body)
	if err != nil {
		return err
	}
	if b := missed.Batch; b != nil {
		return fmt.Errorf("it names no user, but %s of the stream, %s to %s of %s, which it keeps for 24 hours only: run the command below, compare the subscribers' copies with the table in case somebody deleted a profile there, and then delete the letter:\n  %s",
			cli.Plural(int64(b.Size), "record"), terminal.Visible(b.First), terminal.Visible(b.Last), terminal.Visible(b.Shard), a.snapshot)
	}
	var revision int64
	if gone, err := a.gone(&missed); err != nil {
		return err
	} else if gone {
		revision = missed.Revision
	} else if revision, err = a.user(missed.UserID); err != nil {
		return err
	}
	if revision < missed.Revision {
		return fmt.Errorf("%s: it is of revision %d, and the table has %d: is %s the right table, or was it restored?", cli.Quoted(missed.UserID), missed.Revision, revision, a.table)
	}
	return held.Discard(ctx, l)
}
