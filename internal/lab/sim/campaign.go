package sim

import (
	"context"
	"math"

	"github.com/bot-preferences/bot-preferences/internal/lab/workers"
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
		sum    Sum
		failed *History
	)
	n := c.Seeds
	if n == 0 {
		n = math.MaxUint64
	}
	workers.Run(ctx, c.Workers, n, func(i uint64, give func(History) bool) {
		give(play(c.Stack, c.From+i, nil, nil, c.broken))
	}, func(h History) bool {
		sum.add(&h)
		if h.Violation != nil && (failed == nil || h.Seed < failed.Seed) {
			failed = &h
		}
		if c.Done != nil {
			c.Done(sum)
		}
		return failed == nil
	})
	return sum, failed
}
