package coldstart

import (
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/stats"
)

// A Result is the result of one run.
type Result struct {
	Runs    int
	Machine string
	Missing string // why the Python function is missing; empty if it was measured

	Python, Default, Ours, Empty Variant
	Others                       []Variant // our other functions

	Zips []Zip // of all functions that serverless.yml names
}

// A Variant is one implementation of the function.
type Variant struct {
	Name   string
	Times  []time.Duration // to the first answer, one for each run; empty if the variant was left out
	Peaks  []int64         // resident bytes, one for each run; empty if the system does not report them
	Binary int64           // bytes, built for Lambda; 0 if the variant has no binary
	Zip    int64           // bytes, like Binary
}

// Median is the median time to the first answer.
func (v Variant) Median() time.Duration { return stats.Median(v.Times) }

// Peak is the median of the peaks of resident memory, in bytes.
func (v Variant) Peak() int64 { return stats.Median(v.Peaks) }

func (v Variant) measured() bool { return len(v.Times) > 0 }

// A Zip is the size of a function's deployment package.
type Zip struct {
	Function    string
	Binary, Zip int64 // bytes
}

// The limits of the targets. Ratios compare variants of the same run.
const (
	maxOfPython = 1.0 / 40
	maxOfEmpty  = 2.0  // get
	maxOfOthers = 2.3  // our other functions
	maxResident = 14e6 // bytes
	maxZip      = 3e6  // bytes, each
)

// A Target is a limit that the project wants to keep.
type Target struct {
	Name            string
	Measured, Limit float64
	Known           bool // false if it was not measured
	format          func(float64) string
}

// Reached tells whether the measured value is within the limit.
func (t Target) Reached() bool { return t.Known && t.Measured <= t.Limit }

// Targets lists all targets, also those that were not measured.
func (r Result) Targets() []Target {
	largest := Zip{}
	for _, z := range r.Zips {
		if z.Zip > largest.Zip {
			largest = z
		}
	}
	targets := []Target{
		{"first answer, get / naive Python get", ratio(r.Ours, r.Python), maxOfPython, r.Python.measured(), fraction},
		{"first answer, get / empty Go handler", ratio(r.Ours, r.Empty), maxOfEmpty, r.Empty.measured(), times},
	}
	for _, v := range r.Others {
		name := "first answer, " + v.Name + " / empty Go handler"
		targets = append(targets, Target{name, ratio(v, r.Empty), maxOfOthers, v.measured() && r.Empty.measured(), times})
	}
	return append(targets,
		Target{"peak resident memory of get", float64(r.Ours.Peak()), maxResident, len(r.Ours.Peaks) > 0, megabytes},
		Target{"largest zip of the functions, " + largest.Function, float64(largest.Zip), maxZip, len(r.Zips) > 0, megabytes},
	)
}

// ratio is 0 if the denominator was not measured.
func ratio(numerator, denominator Variant) float64 {
	if !denominator.measured() {
		return 0
	}
	return float64(numerator.Median()) / float64(denominator.Median())
}
