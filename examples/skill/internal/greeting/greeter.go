package greeting

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// NewCopies keeps the preferences that the skill uses, and no others.
func NewCopies(store subscriber.Store) *subscriber.Projection {
	return subscriber.NewProjection(store, subscriber.Keys("language", "name"))
}

// A Greeter keeps copies and greets a user whose language has changed. It prints
// greetings; another skill would speak to its user.
type Greeter struct {
	Copies *subscriber.Projection
	Out    io.Writer
}

// Handle is a subscriber.Func. It saves the copy before it greets. A greeting may
// therefore be lost after a crash, but an outdated announcement never causes one.
func (g *Greeter) Handle(ctx context.Context, u events.PreferencesUpdated) error {
	before, err := g.Copies.Get(ctx, u.UserID)
	if err != nil {
		return err
	}
	if err := g.Copies.Apply(ctx, u); err != nil {
		return err
	}
	// A snapshot repeats what is already known to others: it updates the copy, without
	// a greeting.
	if u.Revision <= before.Revision || u.Snapshot || u.Preferences == nil {
		return nil
	}
	previous, language := text(before.Preferences["language"]), text(u.Preferences["language"])
	changed := language != previous
	if before.Stale { // a stale copy is empty and does not say what the language was
		changed = slices.Contains(u.ChangedKeys, "language")
	}
	switch {
	case !changed:
		return nil
	case language == "":
		_, err = fmt.Fprintf(g.Out, "%s: nothing is kept of this user's language\n", Printable(u.UserID))
	default:
		_, err = fmt.Fprintf(g.Out, "%s: %s\n", Printable(u.UserID), For(language, text(u.Preferences["name"])))
	}
	return err
}

// text returns a preference that is a string; "" for any other.
func text(v events.Value) string {
	s, _ := v.Text()
	return s
}
