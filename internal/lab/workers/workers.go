// Package workers has the goroutines of the simulator and of the comparisons.
// Those play one case at a time, and their cases share nothing: they hand each
// result over, one call at a time. So the race detector, under which cases take
// five times as long, is needed for this package alone.
package workers

import (
	"context"
	"sync"
	"time"
)

// Run calls play for 0, 1, 2 and so on, below n, limit calls at a time. What play gives goes to take, one call at a time. Once take has
// returned false or ctx is done, no other play begins, and those under way are
// told so by give; what they give still goes to take. Run returns when all of
// them have ended.
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

// Paced calls next every pace, until it says that there is no more or ctx is
// done. What next returns runs beside all that runs already; nil: nothing is
// begun this time. Paced returns when all of it has ended: its ctx is done then.
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
