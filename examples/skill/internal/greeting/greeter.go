package greeting

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// Follow returns the skill: it keeps copies of the preferences that it uses, and no
// others, and greets a user whose language has changed. It prints greetings to out;
// another skill would speak to its user.
func Follow(store subscriber.Store, out io.Writer) subscriber.Func {
	g := greeter{out}
	return subscriber.NewProjection(store, subscriber.Keys("language", "name"), subscriber.BeforeSave(g.greet)).Apply
}

type greeter struct{ out io.Writer }

// greet runs before the copy is saved, and only if it is newer than the stored one. So
// no crash loses a greeting, one may come twice after a crash, and an outdated
// announcement causes none. A language that comes in a snapshot, or in a truncated
// announcement that no reader fills in, is kept without a greeting.
func (g greeter) greet(_ context.Context, u events.PreferencesUpdated, before, after subscriber.Copy) error {
	// A snapshot repeats what was announced before, perhaps long ago: it updates the
	// copy, without a greeting.
	if u.Snapshot || after.Stale {
		return nil
	}
	previous, language := text(before.Preferences["language"]), text(after.Preferences["language"])
	changed := language != previous
	if before.Stale { // a stale copy is empty and does not say what the language was
		changed = slices.Contains(u.ChangedKeys, "language")
	}
	var err error
	switch {
	case !changed:
	case language == "":
		_, err = fmt.Fprintf(g.out, "%s: nothing is kept of this user's language\n", Printable(u.UserID))
	default:
		_, err = fmt.Fprintf(g.out, "%s: %s\n", Printable(u.UserID), For(language, text(after.Preferences["name"])))
	}
	return err
}

// text returns a preference that is a string; "" for any other.
func text(v events.Value) string {
	s, _ := v.Text()
	return s
}
