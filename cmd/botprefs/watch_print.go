package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

// errReaderGone is the error of an output that nobody reads any more, as after "| head".
var errReaderGone = errors.New("nobody reads the output")

// printer prints a message of a queue, if it is one of those that the flags choose.
func (o *watchOptions) printer(out io.Writer) func(body string) error {
	return func(body string) error {
		text := o.line(body)
		if text == "" {
			return nil
		}
		if _, err := fmt.Fprintln(out, text); err != nil {
			return errReaderGone
		}
		return nil
	}
}

// line is what is printed of a message; empty: nothing.
func (o *watchOptions) line(body string) string {
	e, err := events.DecodeEnvelope([]byte(body))
	if err != nil {
		return o.unreadable(err)
	}
	user, text, changes := "", "", false
	switch e.DetailType {
	case events.DetailTypeUpdated:
		var u events.PreferencesUpdated
		if err := u.UnmarshalJSON(e.Detail); err != nil {
			return o.unreadable(err)
		}
		user, text, changes = u.UserID, o.announced(&u), u.Erased || overlap(o.keys, u.ChangedKeys)
	case events.DetailTypeChange:
		c, err := events.DecodeChange([]byte(body))
		if err != nil {
			return o.unreadable(err)
		}
		user, text, changes = c.UserID, o.said(&c), c.Replace || overlap(o.keys, c.Preferences.Keys())
	default:
		return o.unreadable(fmt.Errorf("a %s is neither an announcement nor a change", terminal.Visible(e.DetailType)))
	}
	if len(o.users) > 0 && !slices.Contains(o.users, user) || len(o.keys) > 0 && !changes {
		return ""
	}
	if o.format == cli.JSON {
		return cli.Escaped(string(e.Detail))
	}
	return text
}

func overlap(chosen, keys []string) bool {
	return slices.ContainsFunc(keys, func(key string) bool { return slices.Contains(chosen, key) })
}

// unreadable is what a table shows of a message that is no event of the contract. JSON
// has events alone.
func (o *watchOptions) unreadable(err error) string {
	if o.format == cli.JSON {
		return ""
	}
	return "unreadable: " + terminal.Visible(err.Error())
}

// announced is an announcement in one line.
func (o *watchOptions) announced(u *events.PreferencesUpdated) string {
	var notes []string
	for _, n := range []struct {
		is   bool
		name string
	}{{u.Erased, "erased"}, {u.Snapshot, "snapshot"}, {u.Truncated, "truncated"}} {
		if n.is {
			notes = append(notes, n.name)
		}
	}
	what := inWords(u.Changes)
	if u.Truncated && u.Changes == nil {
		what = terminal.Visible(strings.Join(u.ChangedKeys, ", "))
	}
	if len(notes) > 0 {
		what = strings.TrimPrefix(what+" ("+strings.Join(notes, ", ")+")", " ")
	}
	return fmt.Sprintf("%s %s revision %d: %s", u.UpdatedAt.UTC().Format(o.clock()), cli.Quoted(u.UserID), u.Revision, what)
}

// said is a change in one line. Its envelope alone knows when it came.
func (o *watchOptions) said(c *events.PreferenceChange) string {
	what := inWords(c.Preferences)
	if c.Replace {
		what = strings.TrimSuffix("forget everything, "+what, ", nothing visible")
	}
	return fmt.Sprintf("%s %s change %s: %s", c.ID.Time().UTC().Format(o.clock()), cli.Quoted(c.UserID), c.ID, what)
}

// clock is how times are printed. What lies in a queue may be days old.
func (o *watchOptions) clock() string {
	if o.queue != "" {
		return time.DateTime
	}
	return time.TimeOnly
}

// inWords are preferences as a change names them.
func inWords(p events.Preferences) string {
	var parts []string
	for _, key := range p.Keys() {
		if p[key] == events.Unset {
			parts = append(parts, key+" forgotten")
			continue
		}
		parts = append(parts, key+"="+shortened(p[key], 60))
	}
	if len(parts) == 0 {
		return "nothing visible"
	}
	return strings.Join(parts, ", ")
}
