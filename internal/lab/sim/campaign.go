package sim

import (
	"context"
	"sync"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A Campaign plays many histories, of consecutive seeds.
type Campaign struct {
	Stack   *stack.Stack
	From    uint64 // the first seed
	Seeds   uint64 // how many; 0: until the context ends
	Workers int    // concurrent histories, at least 1
	Done    func(Sum)

	broken sabotage // only in tests
}

// A Sum adds up the results of histories.
type Sum struct {
	Histories, Steps, Requests int
	Seen                       map[string]int // what happened, and how often
}

func (s *Sum) add(h *History) {
	s.Histories++
	s.Steps += len(h.Taken)
	s.Requests += h.Requests
	if s.Seen == nil {
		s.Seen = map[string]int{}
	}
	for event, n := range h.Seen {
		s.Seen[event] += n
	}
}

// Run plays the histories until one violates a guarantee. It returns the sum of what
// was played, and the failed history with the lowest seed, or nil. It calls Done after
// each history, one call at a time.
func (c *Campaign) Run(ctx context.Context) (Sum, *History) {
	var (
		mu     sync.Mutex
		sum    Sum
		next   = c.From
		failed *History
		work   sync.WaitGroup
	)
	take := func() (uint64, bool) {
		mu.Lock()
		defer mu.Unlock()
		if failed != nil || ctx.Err() != nil || c.Seeds > 0 && next-c.From >= c.Seeds {
			return 0, false
		}
		next++
		return next - 1, true
	}
	record := func(h History) {
		mu.Lock()
		defer mu.Unlock()
		sum.add(&h)
		if h.Violation != nil && (failed == nil || h.Seed < failed.Seed) {
			failed = &h
		}
		if c.Done != nil {
			c.Done(sum)
		}
	}
	for range max(c.Workers, 1) {
		work.Go(func() {
			for seed, ok := take(); ok; seed, ok = take() {
				record(play(c.Stack, seed, nil, nil, c.broken))
			}
		})
	}
	work.Wait()
	return sum, failed
}
