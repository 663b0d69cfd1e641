package growth

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/bot-preferences/bot-preferences/internal/lab/workers"
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

// Measure runs everything, until ctx ends: what runs then is finished. told, if not nil,
// gets what is run next. root is the repository's folder.
func Measure(ctx context.Context, root string, told func(string)) (*Report, error) {
	return everything().measure(ctx, root, told)
}

func (p plan) measure(ctx context.Context, root string, told func(string)) (*Report, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // much is thrown away, and little kept
	if told == nil {
		told = func(string) {}
	}
	results, err := p.results(ctx, root, told)
	if err != nil {
		return nil, err
	}
	r := &Report{Results: results}
	for _, p := range p.populations {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
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

// results are those of the scenarios, in their order. After one that fails, and when ctx
// has ended, no other is begun.
func (p plan) results(ctx context.Context, root string, told func(string)) ([]Result, error) {
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
				told(p.scenarios[next].Name)
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
