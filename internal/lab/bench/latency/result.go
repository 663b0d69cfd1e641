package latency

import (
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/stats"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A Result is the result of one run.
type Result struct {
	Machine string
	Hops    []Hop
	Stages  []Stage
}

// A Hop is one step of a change's path, timed while one change at a time goes through.
type Hop struct {
	Name    string
	Visible bool // the step is before the change becomes visible
	Median  time.Duration
}

// A Stage is a stage of serverless.yml, and what was measured there.
type Stage struct {
	Name     string
	Windows  Windows
	Capacity float64 // changes per second, each in a call of its own
	Packed   float64 // changes per second, ten in a call
	Loads    []Load
}

// Windows are the longest times that a stage's mappings wait for fuller batches.
type Windows struct{ Queue, Stream time.Duration }

// A Load is a load on a stage, and what was measured under it.
type Load struct {
	Percent            int // percent of the capacity
	Changes            int
	Visible, Announced Quantiles
}

// Quantiles summarize the times since the changes were due.
type Quantiles struct{ P50, P99, P999 time.Duration }

// Expectation holds the expected times of a stage.
type Expectation struct{ Visible, Announced time.Duration }

// Expected returns the sum of the stage's windows and of the hops.
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

// windowsOf adds up the windows of all mappings, because a change waits in each of
// them.
func windowsOf(s *stack.Stack) (w Windows) {
	for _, m := range s.QueueMappings {
		w.Queue += time.Duration(m.WindowSeconds) * time.Second
	}
	for _, m := range s.StreamMappings {
		w.Stream += time.Duration(m.WindowSeconds) * time.Second
	}
	return w
}

func quantiles(times []time.Duration) Quantiles {
	return Quantiles{stats.Quantile(times, 0.5), stats.Quantile(times, 0.99), stats.Quantile(times, 0.999)}
}

// hopNames describes the step from the previous point to each point.
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

// rate returns how many changes were announced per second between two times.
func (w *watch) rate(from, to time.Time) float64 {
	n := 0
	for i := range w.at {
		if at := w.at[i][announced]; !at.Before(from) && at.Before(to) {
			n++
		}
	}
	return float64(n) / to.Sub(from).Seconds()
}
