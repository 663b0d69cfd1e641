package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/history"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

const (
	historyOff  = "No history is kept at this stage (its parameter history is off): which changes lost, and why, is not known."
	historyGone = "The history cannot be read, because its table does not exist."

	neverCame    = "it came by the queue alone, or before the history was on"
	notCameYet   = "it came by the queue alone, or before the history was on, or the history lacks it"
	noSuchName   = "No preference can have this name: a key must match [A-Za-z0-9][A-Za-z0-9_.:-]{0,63}. A change that names it is refused whole."
	mayBeLacking = "This may be incomplete, because the history may lack changes:"
)

func (e *explanation) print(out io.Writer) {
	title := "all preferences"
	if e.key != "" {
		title = terminal.Visible(e.key)
	}
	fmt.Fprintf(out, "%s of %s\n\n", title, cli.Quoted(e.userID))
	if e.key != "" && !events.ValidKey(e.key) {
		fmt.Fprintln(out, noSuchName)
		fmt.Fprintln(out)
	}
	e.printGaps(out)
	switch {
	case !e.kept && len(e.gaps) > 0:
		fmt.Fprintln(out, historyGone)
	case !e.kept:
		fmt.Fprintln(out, historyOff)
	case len(e.story) == 0 && !e.complete():
		fmt.Fprintln(out, "The history has nothing of it.")
	case len(e.story) == 0:
		fmt.Fprintln(out, "Nothing was said of it in the last 30 days.")
	}
	if e.kept {
		e.printStory(out)
	}
	fmt.Fprintln(out)
	if e.key == "" {
		e.printProfile(out)
	} else {
		e.printKey(out)
	}
	if e.hasLetters() {
		fmt.Fprintf(out, "\nWhat was refused or is missing may be among the dead letters, for 14 days:\n  %s\n", e.letters)
	}
}

// printGaps says why the history may lack something, and what to do.
func (e *explanation) printGaps(out io.Writer) {
	if len(e.gaps)+len(e.unseen) == 0 {
		return
	}
	fmt.Fprintln(out, mayBeLacking)
	for _, gap := range e.gaps {
		fmt.Fprintf(out, "  %s\n    do  %s\n", terminal.Visible(gap.What), terminal.Visible(gap.Do))
	}
	for _, why := range e.unseen {
		fmt.Fprintf(out, "  One part was %s\n", terminal.Visible(why))
	}
	fmt.Fprintln(out)
}

// hasLetters tells whether a change of the story may be among the dead letters. Without a
// history, nobody knows.
func (e *explanation) hasLetters() bool {
	return !e.kept || slices.ContainsFunc(e.story, func(c history.Chapter) bool {
		return c.Refusal != nil || c.Change != nil && (c.Change.Verdict == history.Missing ||
			slices.ContainsFunc(c.Change.Keys, func(k history.Key) bool { return k.Verdict == history.Missing }))
	})
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
			e.printUnknown(out, c)
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
	if e.key == "" {
		printWhole(out, j)
		return
	}
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
	printOrigin(out, j)
	printAnnounced(out, j.Announced)
}

// printWhole prints a change with all its keys.
func printWhole(out io.Writer, j *history.Judgement) {
	what := ""
	if j.Said.Replace {
		what = ": replaced everything"
	}
	fmt.Fprintf(out, "%s  %s%s\n", moment(j.ID), told(j.Verdict, j.By), what)
	printOrigin(out, j)
	for _, k := range j.Keys {
		fmt.Fprintf(out, "    %s  %s: %s\n", k.Name, told(k.Verdict, k.By), value(k.Value))
	}
	printAnnounced(out, j.Announced)
}

// printOrigin says which bot said it, and when it came if that was late.
func printOrigin(out io.Writer, j *history.Judgement) {
	verb := ""
	if j.Said.Origin == events.Inferred {
		verb = "inferred "
	}
	fmt.Fprintf(out, "    %s %sby %s%s%s\n", j.ID, verb, terminal.Visible(j.Source), conversation(j.Said.ConversationID), again(j.Duplicates()))
	if late := j.ReceivedAt.Sub(j.ID.Time()); late > time.Minute {
		fmt.Fprintf(out, "    came late, at %s\n", instant(j.ReceivedAt))
	}
}

func told(v history.Verdict, by events.Stamp) string {
	switch v {
	case history.Superseded:
		if by.IsZero() {
			return "superseded by several changes"
		}
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

func (e *explanation) printUnknown(out io.Writer, c *history.Chapter) {
	won, why := "", neverCame
	if c.Unknown.Won {
		won = "won, "
	}
	if !e.complete() {
		why = notCameYet
	}
	fmt.Fprintf(out, "%s  %sunknown: %s\n", moment(c.ID), won, why)
	fmt.Fprintf(out, "    %s; no bot or conversation is known\n", c.ID)
	printAnnounced(out, c.Unknown.Announced)
}

func (e *explanation) printKey(out io.Writer) {
	p := &e.profile
	entry, origin, known := registerOf(p, e.key)
	switch {
	case p.Revision == 0:
		fmt.Fprintln(out, "now: this user has no profile")
	case !known && p.Cleared.IsZero():
		fmt.Fprintf(out, "now: not in the profile (revision %d)\n", p.Revision)
	case !known:
		fmt.Fprintf(out, "now: not in the profile (revision %d); everything before %s is erased, by %s\n", p.Revision, moment(p.Cleared), p.Cleared)
	default:
		fmt.Fprintf(out, "now: %s (revision %d)\n", stored(entry, origin), p.Revision)
	}
}

// registerOf is what is visible under a key, or else what was last stated or inferred.
func registerOf(p *events.Profile, key string) (entry events.Entry, origin events.Origin, known bool) {
	if entry, origin = p.Shown(key); entry.Value != events.Unset {
		return entry, origin, true
	}
	entry, known = p.Entries[key]
	if inferred, ok := p.Inferred[key]; ok && inferred.Stamp.After(entry.Stamp) {
		return inferred, events.Inferred, true
	}
	return entry, events.Stated, known
}

// stored is what a profile has of a key.
func stored(entry events.Entry, origin events.Origin) string {
	what := "forgotten"
	if entry.Value != events.Unset {
		what = terminal.Visible(entry.Value.JSON())
	}
	if origin == events.Inferred {
		what += ", inferred"
	}
	return fmt.Sprintf("%s, by %s at %s", what, entry.Stamp, moment(entry.Stamp))
}

func (e *explanation) printProfile(out io.Writer) {
	p := &e.profile
	if p.Revision == 0 {
		fmt.Fprintln(out, "now: this user has no profile")
		return
	}
	fmt.Fprintf(out, "now, at revision %d:\n", p.Revision)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	keys := slices.AppendSeq(slices.Collect(maps.Keys(p.Entries)), maps.Keys(p.Inferred))
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		entry, origin, _ := registerOf(p, key)
		fmt.Fprintf(table, "    %s\t%s\n", key, stored(entry, origin))
	}
	_ = table.Flush() // a reader that went away, as head does, is no error
	if !p.Cleared.IsZero() {
		fmt.Fprintf(out, "    everything before %s is erased, by %s\n", moment(p.Cleared), p.Cleared)
	} else if p.Len() == 0 {
		fmt.Fprintln(out, "    nothing")
	}
}
