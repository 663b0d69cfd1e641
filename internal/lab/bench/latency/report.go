package latency

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/table"
)

// Write prints the result as a Markdown section: first the times as multiples of the
// expected times, then the times.
func (r Result) Write(out io.Writer) error {
	var b strings.Builder
	b.WriteString("## End to end\n\n" +
		"Time from the moment when a change is due until it is visible in the table, and until its announcement is on the bus.\n" +
		"Changes are due at a fixed rate, regardless of earlier changes. Each has a call and a user of its own.\n" +
		"Every change was announced.\n\n" +
		"The times as multiples of the expected time, which is the sum of the configured windows and of the single hops:\n\n")
	r.writeRatios(&b)
	r.writeExpected(&b)
	r.writeTimes(&b)
	_, err := io.WriteString(out, b.String())
	return err
}

func (r Result) writeRatios(b *strings.Builder) {
	t := table.New("stage", "load", "visible, p50", "p99", "p99.9", "announced, p50", "p99", "p99.9")
	for _, s := range r.Stages {
		e := r.Expected(s)
		for _, l := range s.Loads {
			v, a := l.Visible, l.Announced
			t.Row(s.String(), percent(l), ratio(v.P50, e.Visible), ratio(v.P99, e.Visible), ratio(v.P999, e.Visible),
				ratio(a.P50, e.Announced), ratio(a.P99, e.Announced), ratio(a.P999, e.Announced))
		}
	}
	_ = t.Write(b) // a strings.Builder returns no errors
	b.WriteString("A change waits only for the rest of the open window, and a full batch ends the window early.\n" +
		"Multiples can therefore be below 1, and they are lower under a greater load.\n\n")
}

func (r Result) writeExpected(b *strings.Builder) {
	fmt.Fprintf(b, "Expected times on %s.\nEach hop is the median of %d changes, one at a time through the stage %s:\n\n", r.Machine, singles, plain)
	t := table.New("hop", "median ms")
	for _, h := range r.Hops {
		t.Row(h.Name, millis(h.Median))
	}
	for _, s := range r.Stages {
		e := r.Expected(s)
		t.Row("sum until visible, with the windows of "+s.Name, millis(e.Visible))
		t.Row("sum until announced, with the windows of "+s.Name, millis(e.Announced))
	}
	_ = t.Write(b)
}

func (r Result) writeTimes(b *strings.Builder) {
	b.WriteString("The times of the same run, in ms:\n\n")
	t := table.New("stage", "load", "changes per second", "changes", "visible, p50", "p99", "p99.9", "announced, p50", "p99", "p99.9")
	for _, s := range r.Stages {
		for _, l := range s.Loads {
			v, a := l.Visible, l.Announced
			t.Row(s.String(), percent(l), fmt.Sprintf("%.0f", s.Capacity*float64(l.Percent)/100), fmt.Sprint(l.Changes),
				millis(v.P50), millis(v.P99), millis(v.P999), millis(a.P50), millis(a.P99), millis(a.P999))
		}
	}
	_ = t.Write(b)
	r.writeCapacity(b)
}

func (r Result) writeCapacity(b *strings.Builder) {
	fmt.Fprintf(b, "The loads are percentages of the capacity. The capacity is how many changes are announced per second\nwhile the same number is published, with at most %d changes under way.\n\n", underWay)
	t := table.New("stage", "changes per second, each in a call of its own", fmt.Sprintf("%d in a call", packed))
	for _, s := range r.Stages {
		t.Row(s.String(), fmt.Sprintf("%.0f", s.Capacity), fmt.Sprintf("%.0f", s.Packed))
	}
	_ = t.Write(b)
	b.WriteString("The processor limits the capacity: the same cores run the publisher, the whole local AWS and the functions.\n")
}

// String is the stage's name with its windows.
func (s Stage) String() string {
	if w := s.Windows.Queue + s.Windows.Stream; w > 0 {
		return fmt.Sprintf("%s, windows of %g s", s.Name, w.Seconds())
	}
	return s.Name + ", no windows"
}

func percent(l Load) string { return fmt.Sprintf("%d %%", l.Percent) }

func ratio(took, expected time.Duration) string {
	if expected == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", float64(took)/float64(expected))
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond)) }
