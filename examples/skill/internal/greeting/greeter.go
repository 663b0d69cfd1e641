package greeting

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// NewCopies keeps what the skill uses, and nothing else of a profile.
func NewCopies(store subscriber.Store) *subscriber.Projection {
	return subscriber.NewProjection(store, subscriber.Keys("language", "name"))
}

// A Greeter keeps copies and greets a user whose language has changed. Where it
// writes greetings, another skill would speak to its user.
type Greeter struct {
	Copies *subscriber.Projection
	Out    io.Writer
}

// Handle is a subscriber.Func. The copy is saved first: if the greeting is lost
// after that, nobody minds, and it is never said for what was overtaken.
func (g *Greeter) Handle(ctx context.Context, u events.PreferencesUpdated) error {
	before, err := g.Copies.Get(ctx, u.UserID)
	if err != nil {
		return err
	}
	if err := g.Copies.Apply(ctx, u); err != nil {
		return err
	}
	// A snapshot tells what has long been so: it makes a copy, and no noise.
	if u.Revision <= before.Revision || u.Snapshot || u.Preferences == nil {
		return nil
	}
	was, is := text(before.Preferences["language"]), text(u.Preferences["language"])
	changed := is != was
	if before.Stale { // it is empty, and says nothing of what was
		changed = slices.Contains(u.ChangedKeys, "language")
	}
	switch {
	case !changed:
		return nil
	case is == "":
		_, err = fmt.Fprintf(g.Out, "%s: nothing is kept of this user's language\n", Printable(u.UserID))
	default:
		_, err = fmt.Fprintf(g.Out, "%s: %s\n", Printable(u.UserID), Of(is, text(u.Preferences["name"])))
	}
	return err
}

// text is a preference that is a string; any other is as good as none.
func text(v events.Value) string {
	var s string
	if v == events.Unset || v.Decode(&s) != nil {
		return ""
	}
	return s
}
