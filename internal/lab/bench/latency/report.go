package latency

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/table"
)

// Write puts the result into a section in Markdown: the times as multiples of what
// should come, then the times.
func (r Result) Write(out io.Writer) error {
	var b strings.Builder
	b.WriteString("## End to end\n\n" +
		"From the moment at which a change is due to be published until it is visible in the table, and until it is announced on the bus. Changes\n" +
		"are due at a fixed rate, whatever became of those before, each in a call of its own and of a user of its own. Every one was\n" +
		"announced. As multiples of the sum of the configured windows and the single hops:\n\n")
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
	_ = t.Write(b) // a strings.Builder takes everything
	b.WriteString("A change waits for what is left of the window that is open, and a full batch ends that early: hence what is below 1, and the more so the greater the load.\n\n")
}

func (r Result) writeExpected(b *strings.Builder) {
	fmt.Fprintf(b, "What should come, on %s. Each hop is the median of %d changes, one at a time through the stage %s:\n\n", r.Machine, singles, plain)
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
	b.WriteString("The times in ms, of the same run:\n\n")
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
	fmt.Fprintf(b, "The loads are parts of the capacity: of what is announced per second while as much is published, with at most %d changes under way.\n\n", underWay)
	t := table.New("stage", "changes per second, each in a call of its own", fmt.Sprintf("%d in a call", packed))
	for _, s := range r.Stages {
		t.Row(s.String(), fmt.Sprintf("%.0f", s.Capacity), fmt.Sprintf("%.0f", s.Packed))
	}
	_ = t.Write(b)
	b.WriteString("The bound of the capacity is the processor, for the same cores run the publisher, all of the local AWS and the functions.\n")
}

// String is the stage with the time that it waits.
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
