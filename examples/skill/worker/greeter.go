package main

import (
	"context"
	"fmt"
	"io"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/examples/skill/greeting"
)

// A greeter turns announcements into greetings.
type greeter struct {
	copies copies
	out    io.Writer
	// read reads a profile that did not fit into its announcement; nil: cannot.
	read func(ctx context.Context, userID string) (profile, error)
}

// handle takes one message: an announcement in its envelope. An error asks for
// it to come again. What cannot be read never will be, and is acknowledged.
func (g *greeter) handle(ctx context.Context, body string) error {
	u, err := announcement([]byte(body))
	if err != nil {
		return g.say("(cannot be read: %v)", err)
	}
	if g.copies.stale(&u) {
		return nil
	}
	if !u.Truncated {
		return g.learn(u.UserID, u.Revision, u.Preferences)
	}
	if g.read == nil {
		return g.say("%s: revision %d does not fit into an event; with --api it would be read over HTTP", greeting.Printable(u.UserID), u.Revision)
	}
	p, err := g.read(ctx, u.UserID)
	if err != nil {
		return err
	}
	if p.Revision < u.Revision {
		return fmt.Errorf("the HTTP API does not show revision %d yet", u.Revision)
	}
	return g.learn(u.UserID, p.Revision, p.Preferences)
}

// learn replaces the copy, and greets a user who is new or whose language is
// another: erasures and snapshots come whether or not it is.
func (g *greeter) learn(userID string, revision int64, p events.Preferences) error {
	before, known := g.copies[userID]
	u := g.copies.replace(userID, revision, p)
	if known && u.language == before.language {
		return nil
	}
	if u.language == "" {
		return g.say("%s: nothing is kept of this user", greeting.Printable(userID))
	}
	return g.say("%s: %s", greeting.Printable(userID), greeting.Of(u.language, u.name))
}

func (g *greeter) say(format string, args ...any) error {
	_, err := fmt.Fprintf(g.out, format+"\n", args...)
	return err
}

func announcement(body []byte) (u events.PreferencesUpdated, err error) {
	e, err := events.DecodeEnvelope(body)
	if err != nil {
		return u, err
	}
	if e.DetailType != events.DetailTypeUpdated {
		return u, fmt.Errorf("the detail-type is not %s", events.DetailTypeUpdated)
	}
	return u, u.UnmarshalJSON(e.Detail)
}
