package main

import (
	"context"
	"fmt"
	"io"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/examples/skill/greeting"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// newCopies keeps what the skill uses, and nothing else of a profile.
func newCopies(store subscriber.Store) *subscriber.Projection {
	return subscriber.NewProjection(store, subscriber.Keys("language", "name"))
}

// A greeter keeps copies and greets. Where it writes greetings, another skill
// would speak to its user.
type greeter struct {
	copies *subscriber.Projection
	out    io.Writer
}

// handle is a subscriber.Func. The copy is saved first: if the greeting is lost
// after that, nobody minds, and it is never said for what was overtaken.
func (g *greeter) handle(ctx context.Context, u events.PreferencesUpdated) error {
	before, err := g.copies.Get(ctx, u.UserID)
	if err != nil {
		return err
	}
	if err := g.copies.Apply(ctx, u); err != nil {
		return err
	}
	// A snapshot tells what has long been so: it makes a copy, and no noise.
	if u.Revision <= before.Revision || u.Snapshot || u.Preferences == nil {
		return nil
	}
	was, is := text(before.Preferences["language"]), text(u.Preferences["language"])
	switch {
	case is == was:
		return nil
	case is == "":
		_, err = fmt.Fprintf(g.out, "%s: no language is kept of this user\n", greeting.Printable(u.UserID))
	default:
		_, err = fmt.Fprintf(g.out, "%s: %s\n", greeting.Printable(u.UserID), greeting.Of(is, text(u.Preferences["name"])))
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
