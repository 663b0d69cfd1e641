package growth

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/bot-preferences/bot-preferences/internal/lab/workers"
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
	var failed error
	begun := make([]bool, len(results)) // by both workers, in any order
	next := 0                           // to tell of
	workers.Run(ctx, together, uint64(len(results)), func(i uint64, give func(ran) bool) {
		if give(ran{scenario: i}) {
			r, err := Run(root, p.scenarios[i])
			give(ran{i, true, r, err})
		}
	}, func(r ran) bool {
		switch {
		case r.done:
			results[r.scenario] = r.result
			failed = errors.Join(failed, r.err)
		default:
			begun[r.scenario] = true
			for ; next < len(begun) && begun[next]; next++ {
				progress(p.scenarios[next].Name)
			}
		}
		return failed == nil
	})
	return results, errors.Join(failed, ctx.Err())
}

// ran says that a scenario begins, or how it ended.
type ran struct {
	scenario uint64
	done     bool
	result   Result
	err      error
}
