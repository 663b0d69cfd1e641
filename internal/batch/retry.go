package batch

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/pause"
)

// Retry says how often and when failed entries are offered again. Before the
// n-th repetition it waits a random time between 0 and Base doubled n-1 times,
// but at most Cap (full jitter).
type Retry struct {
	Attempts  int // in total, at least 1
	Base, Cap time.Duration
	// Sleep waits, or returns an error as soon as ctx is done.
	Sleep func(ctx context.Context, d time.Duration) error
	// Random is uniform in [0,1). Only one goroutine per Send uses it.
	Random func() float64
}

// DefaultRetry gives up after 5 attempts and at most 1.5 s of waiting, which
// leaves a Lambda function of 5 s time for its calls.
func DefaultRetry() Retry {
	return Retry{
		Attempts: 5, Base: 100 * time.Millisecond, Cap: time.Second,
		Sleep: pause.For, Random: rand.Float64,
	}
}

// wait waits before the n-th repetition, n counting from 1. It tells whether
// there is any point in going on: not where ctx is done, nor where its deadline
// would pass in the wait.
func (r *Retry) wait(ctx context.Context, n int) bool {
	limit := r.Base
	for ; n > 1 && limit < r.Cap; n-- {
		limit *= 2
	}
	delay := time.Duration(r.Random() * float64(min(limit, r.Cap)))
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= delay {
		return false
	}
	return r.Sleep(ctx, delay) == nil && ctx.Err() == nil
}
