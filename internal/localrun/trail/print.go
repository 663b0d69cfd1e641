package trail

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

// ErrUnknown is Print's error of a change that is not among those that are kept.
var ErrUnknown = errors.New("no such change")

// Print writes the way of a change: who said it, each hop with its time, and what became
// of it. id is a ULID or a UUID of version 7. The error is ErrUnknown, or that of w.
func (r *Recorder) Print(w io.Writer, id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.find(id)
	if t == nil {
		return ErrUnknown
	}
	return t.print(w, r.now())
}

// find is the trail of a change; nil: it is not among those that are kept.
func (r *Recorder) find(id string) *trail {
	if stamp, err := events.ParseID(id); err == nil {
		id = stamp.String()
	}
	if t := r.byID[id]; t != nil {
		return t
	}
	return r.byEnvelope[id] // of a change that cannot be read, only that is known
}

func (t *trail) print(w io.Writer, now time.Time) error {
	fmt.Fprintf(w, "change   %s %s\n", t.id, t.about())
	fmt.Fprintf(w, "said by  %s\n", terminal.Visible(or(t.source, "(no source)")))
	origin := "the change's own id"
	if t.traced != "" {
		origin = "the bot's " + t.traced
	} else if t.user == "" {
		origin = "made of the envelope's id"
	}
	fmt.Fprintf(w, "trace    %s (%s)\n\n", hex.EncodeToString(t.trace[:]), origin)
	began := t.began()
	for i, one := range t.sendings {
		if len(t.sendings) > 1 {
			fmt.Fprintf(w, "sending %d of %d, by %s\n", i+1, len(t.sendings), terminal.Visible(or(one.source, "(no source)")))
		}
		if err := t.printSending(w, i+1, began); err != nil {
			return err
		}
		if i+1 < len(t.sendings) {
			fmt.Fprintln(w)
		}
	}
	_, err := fmt.Fprintf(w, "\noutcome  %s, first seen at %s, %s ago\n", t.result(), began.UTC().Format("15:04:05.000"), now.Sub(began).Round(time.Millisecond))
	return err
}

// printSending prints the steps of one sending. Its times count from the first sending.
func (t *trail) printSending(w io.Writer, n int, began time.Time) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "at ms\ttook ms\thop\twhat")
	for _, s := range t.steps {
		if s.sending != n {
			continue
		}
		took := "..."
		if !s.end.IsZero() {
			took = milliseconds(s.end.Sub(s.start))
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", milliseconds(s.start.Sub(began)), took, s.kind, s.what())
	}
	return table.Flush()
}

// about is the user of the change, and which keys it has.
func (t *trail) about() string {
	if t.user == "" {
		return "(unreadable)"
	}
	return "of " + terminal.Visible(t.user) + ": " + strings.Join(t.keys, ", ")
}

// began is when the first hop began.
func (t *trail) began() time.Time {
	if len(t.steps) == 0 {
		return time.Time{}
	}
	return t.steps[0].start
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond))
}

// String is the hop's name, as it is printed.
func (k kind) String() string {
	return [...]string{"publish", "bus", "queue", "apply", "stream", "republish", "deliver", "process", "dead letter"}[k]
}

// what says what happened in a hop.
func (s *step) what() string {
	parts := []string{terminal.Visible(s.place)}
	switch s.kind {
	case apply:
		parts = append(parts, s.asked("message"))
		if s.revision > 0 {
			parts = append(parts, fmt.Sprintf("stored as revision %d", s.revision), together("folded", s.with))
		}
	case republish:
		parts = append(parts, s.asked("record"))
		if s.event != "" {
			parts = append(parts, fmt.Sprintf("announced revision %d after %d", s.revision, s.previous), together("folded", s.with), "event "+s.event)
		}
	case process:
		if s.batch > 0 {
			parts = append(parts, s.asked("message"))
		}
	}
	if s.note != "" {
		parts = append(parts, terminal.Visible(s.note))
	}
	if s.failed != "" {
		parts = append(parts, "failed: "+terminal.Visible(s.failed))
	}
	return strings.Join(without(parts, ""), "; ")
}

// asked describes the invocation.
func (s *step) asked(unit string) string {
	text := fmt.Sprintf("request %s with 1 %s", s.id, unit)
	if s.batch != 1 {
		text = fmt.Sprintf("request %s with %d %ss", s.id, s.batch, unit)
	}
	if s.attempt > 1 {
		text += fmt.Sprintf(", attempt %d", s.attempt)
	}
	return text
}

// fewIDs is how many other changes are named.
const fewIDs = 5

func together(verb string, ids []string) string {
	switch n := len(ids); {
	case n == 0:
		return ""
	case n > fewIDs:
		return fmt.Sprintf("%s with %s and %d more", verb, strings.Join(ids[:fewIDs], ", "), n-fewIDs)
	}
	return verb + " with " + strings.Join(ids, ", ")
}

func without(list []string, unwanted string) []string {
	var kept []string
	for _, text := range list {
		if text != unwanted {
			kept = append(kept, text)
		}
	}
	return kept
}

// Latest lists the last changes, the latest first: n at most, a line each.
func (r *Recorder) Latest(n int) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var lines []string
	for i := range r.kept {
		t := r.kept[(r.next-1-i+2*len(r.kept))%len(r.kept)]
		if t == nil || len(lines) == n {
			break
		}
		lines = append(lines, fmt.Sprintf("%s %s -> %s", t.id, t.about(), t.result()))
	}
	return lines
}
