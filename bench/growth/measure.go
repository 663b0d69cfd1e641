package growth

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

// A plan is what is measured.
type plan struct {
	scenarios   []Scenario
	populations []population
}

// population is how many users there are, and how many of their changes are counted.
type population struct{ users, merges int }

// everything is the plan of docs/performance.md. The largest population is computed.
func everything() plan {
	return plan{Scenarios(), []population{{1_000, 1_000}, {100_000, 1_000}, {10_000_000, 0}}}
}

// Measure runs everything. told, if not nil, gets what is run next, from one goroutine
// at a time. root is the repository's folder.
func Measure(root string, told func(string)) (*Report, error) {
	return everything().measure(root, told)
}

func (p plan) measure(root string, told func(string)) (*Report, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // much is thrown away, and little kept
	if told == nil {
		told = func(string) {}
	}
	results, err := p.results(root, told)
	if err != nil {
		return nil, err
	}
	r := &Report{Results: results}
	for _, p := range p.populations {
		told(fmt.Sprintf("%d users", p.users))
		of, err := Populate(root, p.users, p.merges)
		if err != nil {
			return nil, err
		}
		r.Populations = append(r.Populations, of)
	}
	return r, nil
}

// together is how many scenarios are run at a time: each is by itself, and its time is
// its own.
const together = 2

// results are those of the scenarios, in their order.
func (p plan) results(root string, told func(string)) ([]Result, error) {
	results, errs := make([]Result, len(p.scenarios)), make([]error, len(p.scenarios))
	var running sync.WaitGroup
	turns := make(chan struct{}, together)
	for i, s := range p.scenarios {
		turns <- struct{}{}
		told(s.Name)
		running.Go(func() {
			results[i], errs[i] = Run(root, s)
			<-turns
		})
	}
	running.Wait()
	return results, errors.Join(errs...)
}
