package main

import (
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/history"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

const historyOff = "No history is kept at this stage (its parameter history is off): which changes lost, and why, is not known."

func (e *explanation) print(out io.Writer) {
	fmt.Fprintf(out, "%s of %s\n\n", e.key, cli.Quoted(e.userID))
	switch {
	case !e.kept:
		fmt.Fprintln(out, historyOff)
	case len(e.story) == 0:
		fmt.Fprintln(out, "Nothing was said of it in the last 30 days.")
	}
	if e.kept {
		e.printStory(out)
	}
	fmt.Fprintln(out)
	e.printProfile(out)
}

func (e *explanation) printStory(out io.Writer) {
	for i := 0; i < len(e.story); i++ {
		c := &e.story[i]
		switch {
		case c.Change != nil && c.Change.Verdict == history.Erased:
			same := 1
			for i+1 < len(e.story) && e.story[i+1].Change != nil && e.story[i+1].Change.Verdict == history.Erased {
				i++
				same++
			}
			fmt.Fprintf(out, "%s  erased: what %s said is not kept%s\n", moment(c.ID), cli.Plural(int64(same), "change"), by(c.Change.By))
		case c.Change != nil:
			e.printChange(out, c.Change)
		case c.Refusal != nil:
			printRefusal(out, c.Refusal)
		default:
			printUnknown(out, c)
		}
	}
}

// moment is when a change counts.
func moment(id events.Stamp) string { return instant(id.Time()) }

func instant(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05.000") }

func by(id events.Stamp) string {
	if id.IsZero() {
		return ", by a deletion by hand"
	}
	return ", by " + id.String()
}

func (e *explanation) printChange(out io.Writer, j *history.Judgement) {
	key, said := j.Key(e.key)
	what, verdict, winner := "", j.Verdict, j.By
	if j.Said.Replace {
		what = "replaced everything"
	}
	if said {
		verdict, winner = key.Verdict, key.By
		if what += ", and "; what == ", and " {
			what = ""
		}
		what += value(key.Value)
	}
	fmt.Fprintf(out, "%s  %s: %s\n", moment(j.ID), told(verdict, winner), what)
	fmt.Fprintf(out, "    %s by %s%s%s\n", j.ID, terminal.Visible(j.Source), conversation(j.Said.ConversationID), again(j.Duplicates()))
	if late := j.ReceivedAt.Sub(j.ID.Time()); late > time.Minute {
		fmt.Fprintf(out, "    came late, at %s\n", instant(j.ReceivedAt))
	}
	printAnnounced(out, j.Announced)
}

func told(v history.Verdict, by events.Stamp) string {
	switch v {
	case history.Superseded:
		return "superseded by " + by.String()
	case history.Missing:
		return "missing (on its way, or in a dead-letter queue)"
	}
	return string(v)
}

func value(v events.Value) string {
	if v == events.Unset {
		return "forgot it"
	}
	return "set it to " + terminal.Visible(v.JSON())
}

func conversation(id string) string {
	if id == "" {
		return ""
	}
	return " in conversation " + cli.Quoted(id)
}

func again(duplicates int) string {
	if duplicates == 0 {
		return ""
	}
	return fmt.Sprintf("; sent again %s, which changed nothing", cli.Plural(int64(duplicates), "time"))
}

func printAnnounced(out io.Writer, a *history.Announcement) {
	if a != nil {
		fmt.Fprintf(out, "    announced as revision %d (after %d) at %s\n", a.Revision, a.PreviousRevision, instant(a.UpdatedAt))
	}
}

func printRefusal(out io.Writer, r *history.Refusal) {
	field := ""
	if r.Field != "" {
		field = ", field " + terminal.Visible(r.Field)
	}
	fmt.Fprintf(out, "%s  %s: a change of this user, code %s%s\n", instant(r.ReceivedAt), r.VerdictOf(), r.Code, field)
	id := "without a readable id"
	if r.HasID {
		id = r.At.String()
	}
	if r.Source != "" {
		id += " by " + terminal.Visible(r.Source)
	}
	fmt.Fprintf(out, "    %s; what it said is not kept\n", id)
}

func printUnknown(out io.Writer, c *history.Chapter) {
	won := ""
	if c.Unknown.Won {
		won = "won, "
	}
	fmt.Fprintf(out, "%s  %sunknown: it came by the queue alone, or before the history was on\n", moment(c.ID), won)
	fmt.Fprintf(out, "    %s; no bot or conversation is known\n", c.ID)
	printAnnounced(out, c.Unknown.Announced)
}

func (e *explanation) printProfile(out io.Writer) {
	p := &e.profile
	entry, known := p.Entries[e.key]
	switch {
	case p.Revision == 0:
		fmt.Fprintln(out, "now: this user has no profile")
	case !known && p.Cleared.IsZero():
		fmt.Fprintf(out, "now: not in the profile (revision %d)\n", p.Revision)
	case !known:
		fmt.Fprintf(out, "now: not in the profile (revision %d); everything before %s is erased, by %s\n", p.Revision, moment(p.Cleared), p.Cleared)
	case entry.Value == events.Unset:
		fmt.Fprintf(out, "now: forgotten, by %s at %s (revision %d)\n", entry.Stamp, moment(entry.Stamp), p.Revision)
	default:
		fmt.Fprintf(out, "now: %s, by %s at %s (revision %d)\n", terminal.Visible(entry.Value.JSON()), entry.Stamp, moment(entry.Stamp), p.Revision)
	}
}

// The form of --output json.
type explainedJSON struct {
	UserID  string           `json:"user_id"`
	Key     string           `json:"key"`
	History bool             `json:"history"`
	Story   []jsontext.Value `json:"story"`
	Profile profileJSON      `json:"profile"`
}

type profileJSON struct {
	Revision int64          `json:"revision"`
	Value    jsontext.Value `json:"value,omitempty"`
	Stamp    string         `json:"stamp,omitempty"`
	Fence    string         `json:"fence,omitempty"`
}

func (e *explanation) json() explainedJSON {
	out := explainedJSON{UserID: e.userID, Key: e.key, History: e.kept, Profile: profileJSON{Revision: e.profile.Revision, Fence: e.profile.Cleared.String()}}
	if e.kept {
		for i := range e.story {
			out.Story = append(out.Story, jsontext.Value(e.story[i].AppendJSON(nil, e.userID)))
		}
	}
	if entry, known := e.profile.Entries[e.key]; known {
		out.Profile.Value, out.Profile.Stamp = jsontext.Value(entry.Value.JSON()), entry.Stamp.String()
	}
	return out
}
