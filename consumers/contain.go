package consumers

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// headroom is the part of an invocation's time that is kept for answering. A
// function that dies at its deadline has its whole batch redelivered.
const headroom = 500 * time.Millisecond

// earlier ends a context that has a deadline this much earlier.
func earlier(ctx context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, deadline.Add(-by))
	}
	return context.WithCancel(ctx)
}

// contained runs f and tells whether it returned: a panic is logged by its type
// and stack, for its text may show a value.
func contained(log *slog.Logger, what string, f func()) (returned bool) {
	defer func() {
		if p := recover(); p != nil {
			log.Error("panic while "+what, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		}
	}()
	f()
	return true
}

// each calls f for 0 to n-1: one after the other where concurrency is 1, else
// that many at a time.
func each(n, concurrency int, f func(i int)) {
	if concurrency == 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var working sync.WaitGroup
	var taken atomic.Int64
	for range min(n, concurrency) {
		working.Go(func() {
			for i := int(taken.Add(1)); i <= n; i = int(taken.Add(1)) {
				f(i - 1)
			}
		})
	}
	working.Wait()
}
