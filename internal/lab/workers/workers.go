// Package workers has the goroutines of the simulator and of the comparisons.
// Each of their cases runs in one goroutine and shares nothing with the others, and
// this package collects the results one call at a time. So only this package needs
// the race detector, under which cases take five times as long.
package workers

import (
	"context"
	"sync"
	"time"
)

// Run calls play for 0, 1, 2 and so on, below n, with up to limit calls at a time.
//
// A play passes each result to give, and Run passes it on to take, one call at a
// time. After take has returned false, or when ctx is done, Run starts no further
// play. Plays that still run learn of it from give, which returns false then; take
// still gets their results. Run returns when all plays have ended.
func Run[T any](ctx context.Context, limit int, n uint64, play func(i uint64, give func(T) (more bool)), take func(T) (more bool)) {
	var (
		mu      sync.Mutex
		next    uint64
		stopped bool
		running sync.WaitGroup
	)
	begin := func() (i uint64, ok bool) {
		mu.Lock()
		defer mu.Unlock()
		if stopped || ctx.Err() != nil || next >= n {
			return 0, false
		}
		next++
		return next - 1, true
	}
	give := func(result T) bool {
		mu.Lock()
		defer mu.Unlock()
		stopped = !take(result) || stopped
		return !stopped && ctx.Err() == nil
	}
	for range max(limit, 1) {
		running.Go(func() {
			for i, ok := begin(); ok; i, ok = begin() {
				play(i, give)
			}
		})
	}
	running.Wait()
}

// Both calls two functions at once, and returns when both have returned.
func Both(a, b func()) {
	var running sync.WaitGroup
	running.Go(a)
	b()
	running.Wait()
}

// Paced calls next at every pace, until next says that there is no more or ctx is
// done. It starts each play that next returns in a goroutine; nil starts none. Paced
// returns when all plays have ended. Their context ends when Paced stops calling next.
func Paced(ctx context.Context, pace time.Duration, next func() (play func(context.Context), more bool)) {
	var running sync.WaitGroup
	defer running.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		play, more := next()
		if !more {
			return
		}
		if play != nil {
			running.Go(func() { play(ctx) })
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
