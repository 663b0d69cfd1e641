package sidebyside

import "github.com/bot-preferences/bot-preferences/internal/lab/bench/stats"

// A Result is one run.
type Result struct {
	Machine         string
	Missing         string // why there is no Python; empty where there is
	Rounds, Batches int
	Designs         []Design // apply last
}

// A Design is one way to take changes, and what was seen of it.
type Design struct {
	Name     string
	Folds    []Figures
	Resident int64 // bytes at most; 0: not measured
	Wrong    []int // of 100 values, by delivery

	design *design
}

// Figures are of one fold.
type Figures struct {
	CPU, Wall []float64 // nanoseconds per change, by round; CPU 0: not measured
	Changes   int
	Used      Usage // of all changes
}

func (f *Figures) add(t turn) {
	f.CPU = append(f.CPU, float64(t.cpu)/float64(t.changes))
	f.Wall = append(f.Wall, float64(t.wall)/float64(t.changes))
	f.Changes += t.changes
	f.Used = f.Used.plus(t.used)
}

// perChange are the requests and units of one change.
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

// ratio is how many times as much as the other one took, by the median of the
// rounds' ratios; 0: not measured.
func ratio(of, to []float64) float64 {
	ratios := make([]float64, len(of))
	for i := range of {
		if to[i] <= 0 || of[i] <= 0 {
			return 0
		}
		ratios[i] = of[i] / to[i]
	}
	return stats.Median(ratios)
}
