// Package handler is what Lambda handlers share: time to answer, contained
// panics and bounded concurrency. It imports the standard library alone, so that
// every function and every skill can link it.
package handler

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// maxHeadroom is the most that WithHeadroom keeps.
const maxHeadroom = 500 * time.Millisecond

// WithHeadroom ends a context early, so that time is left to answer: 500 ms
// before its deadline, or a tenth of the remaining time where that is less. A
// function that reaches its deadline answers nothing, and its whole batch is
// redelivered. A context without a deadline stays as it is. Call cancel when the
// work is done.
func WithHeadroom(ctx context.Context) (early context.Context, cancel context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	headroom := min(maxHeadroom, time.Until(deadline)/10)
	return context.WithDeadline(ctx, deadline.Add(-headroom))
}

// WithDefault gives a context without a deadline one, in d from now, so that a call
// does not wait for ever for an answer. A context with a deadline stays as it is. Call
// cancel when the work is done.
func WithDefault(ctx context.Context, d time.Duration) (bounded context.Context, cancel context.CancelFunc) {
	if _, ends := ctx.Deadline(); ends {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, d)
}

// Contain runs f and tells whether it returned. A panic ends f alone: Contain
// logs its type and stack, and never its text, which may show a value. doing
// completes "panic while".
func Contain(logger *slog.Logger, doing string, f func()) (returned bool) {
	defer func() {
		if p := recover(); p != nil {
			logger.Error("panic while "+doing, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		}
	}()
	f()
	return true
}

// Each calls f for 0 to n-1 and returns when all calls have returned. With a
// concurrency of 1 it calls them one after the other and starts no goroutine;
// otherwise up to concurrency calls run at a time.
func Each(n, concurrency int, f func(i int)) {
	if concurrency == 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var workers sync.WaitGroup
	var taken atomic.Int64
	for range min(n, concurrency) {
		workers.Go(func() {
			for i := int(taken.Add(1)); i <= n; i = int(taken.Add(1)) {
				f(i - 1)
			}
		})
	}
	workers.Wait()
}
