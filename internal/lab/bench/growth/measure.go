package growth

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"golang.org/x/sync/errgroup"
)

// A plan says what to measure.
type plan struct {
	scenarios   []Scenario
	populations []population
}

// population is a number of users, and how many of their changes are counted.
type population struct{ users, merges int }

// everything is the plan behind docs/performance.md. The largest population is
// computed, not run.
func everything() plan {
	return plan{Scenarios(), []population{{1_000, 1_000}, {100_000, 1_000}, {10_000_000, 0}}}
}

// Measure runs the whole plan. When ctx ends, it finishes the scenarios that are
// running and starts no other. If progress is not nil, Measure calls it with the name
// of each run before the run starts. root is the repository's folder.
func Measure(ctx context.Context, root string, progress func(string)) (*Report, error) {
	return everything().measure(ctx, root, progress)
}

func (p plan) measure(ctx context.Context, root string, progress func(string)) (*Report, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // runs allocate a lot and keep little
	if progress == nil {
		progress = func(string) {}
	}
	results, err := p.results(ctx, root, progress)
	if err != nil {
		return nil, err
	}
	r := &Report{Results: results}
	for _, p := range p.populations {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		progress(fmt.Sprintf("%d users", p.users))
		population, err := Populate(root, p.users, p.merges)
		if err != nil {
			return nil, err
		}
		r.Populations = append(r.Populations, population)
	}
	return r, nil
}

// together is how many scenarios run at a time. Scenarios share nothing, and each has
// virtual time of its own.
const together = 2

// results returns the results of the scenarios, in their order. It starts no further
// scenario after one has failed or ctx has ended.
func (p plan) results(ctx context.Context, root string, progress func(string)) ([]Result, error) {
	results := make([]Result, len(p.scenarios))
	running, going := errgroup.WithContext(ctx)
	running.SetLimit(together)
	for i, s := range p.scenarios {
		if going.Err() != nil {
			break
		}
		progress(s.Name)
		running.Go(func() (err error) {
			if going.Err() == nil { // may have ended while this one waited for its turn
				results[i], err = Run(root, s)
			}
			return err
		})
	}
	return results, errors.Join(running.Wait(), ctx.Err())
}
