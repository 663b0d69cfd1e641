package sidebyside

import "github.com/bot-preferences/bot-preferences/internal/lab/bench/stats"

// A Result is the result of one run.
type Result struct {
	Machine         string
	Missing         string // why the Python function is missing; empty if it was measured
	Rounds, Batches int
	Designs         []Design // apply last
}

// A Design is one way to process changes, and what was measured of it.
type Design struct {
	Name     string
	Folds    []Figures
	Resident int64 // peak bytes; 0: not measured
	Wrong    []int // of 100 values, by delivery

	design *design
}

// Figures are measured for one fold.
type Figures struct {
	CPU, Wall []float64 // nanoseconds per change, by round; CPU is 0 if it was not measured
	Changes   int
	Used      Usage // for all changes
}

func (f *Figures) add(t turn) {
	f.CPU = append(f.CPU, float64(t.cpu)/float64(t.changes))
	f.Wall = append(f.Wall, float64(t.wall)/float64(t.changes))
	f.Changes += t.changes
	f.Used = f.Used.plus(t.used)
}

// perChange returns the requests and units of one change.
func (f *Figures) perChange() Usage {
	n := float64(f.Changes)
	return Usage{f.Used.Requests / n, f.Used.WriteUnits / n, f.Used.ReadUnits / n}
}

func (r *Result) designs() []*design {
	var all []*design
	for _, d := range r.Designs {
		all = append(all, d.design)
	}
	return all
}

// ratio returns the median of the rounds' ratios; 0 if nothing was measured.
func ratio(numerators, denominators []float64) float64 {
	ratios := make([]float64, len(numerators))
	for i := range numerators {
		if denominators[i] <= 0 || numerators[i] <= 0 {
			return 0
		}
		ratios[i] = numerators[i] / denominators[i]
	}
	return stats.Median(ratios)
}
