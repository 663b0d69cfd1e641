package latency

import (
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/stats"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A Result is one run.
type Result struct {
	Machine string
	Hops    []Hop
	Stages  []Stage
}

// A Hop is one step of the way. One change at a time goes through.
type Hop struct {
	Name    string
	Visible bool // it is before the change is visible
	Median  time.Duration
}

// A Stage is one of serverless.yml.
type Stage struct {
	Name     string
	Windows  Windows
	Capacity float64 // changes per second, each in a call of its own
	Packed   float64 // likewise, in full calls
	Loads    []Load
}

// Windows are how long a stage's mappings may wait for fuller batches.
type Windows struct{ Queue, Stream time.Duration }

// A Load is one that was offered to a stage.
type Load struct {
	Percent            int // of the capacity
	Changes            int
	Visible, Announced Quantiles
}

// Quantiles are of the times since changes were due.
type Quantiles struct{ P50, P99, P999 time.Duration }

// Expectation is what should come.
type Expectation struct{ Visible, Announced time.Duration }

// Expected is the sum of the stage's windows and of the single hops.
func (r Result) Expected(s Stage) Expectation {
	e := Expectation{Visible: s.Windows.Queue, Announced: s.Windows.Queue + s.Windows.Stream}
	for _, h := range r.Hops {
		e.Announced += h.Median
		if h.Visible {
			e.Visible += h.Median
		}
	}
	return e
}

// windowsOf are those of all mappings, one behind the other.
func windowsOf(s *stack.Stack) (w Windows) {
	for _, m := range s.QueueMappings {
		w.Queue += time.Duration(m.WindowSeconds) * time.Second
	}
	for _, m := range s.StreamMappings {
		w.Stream += time.Duration(m.WindowSeconds) * time.Second
	}
	return w
}

func quantiles(of []time.Duration) Quantiles {
	return Quantiles{stats.Quantile(of, 0.5), stats.Quantile(of, 0.99), stats.Quantile(of, 0.999)}
}

// hopNames say what happens between the point before and this one.
var hopNames = [points]string{
	put: "publish: the call to the bus", queued: "rule: bus to queue", applying: "queue to function", stored: "apply: function to table",
	republishing: "stream: table to function", announced: "republish: function to bus",
}

func hopsOf(w *watch) (all []Hop) {
	for p := put; p < points; p++ {
		all = append(all, Hop{hopNames[p], p <= stored, stats.Median(w.between(p-1, p))})
	}
	return all
}

func (w *watch) load(percent int) Load {
	return Load{percent, len(w.at), quantiles(w.between(offered, stored)), quantiles(w.between(offered, announced))}
}

// rate is how many changes were announced per second, from one moment to another.
func (w *watch) rate(from, to time.Time) float64 {
	n := 0
	for i := range w.at {
		if at := w.at[i][announced]; !at.Before(from) && at.Before(to) {
			n++
		}
	}
	return float64(n) / to.Sub(from).Seconds()
}
