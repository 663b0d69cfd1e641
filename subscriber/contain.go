package subscriber

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// maxHeadroom is the most of an invocation's time that is kept for answering; of
// a short one it is a tenth. A function that dies at its deadline has its whole
// batch redelivered.
const maxHeadroom = 500 * time.Millisecond

// withHeadroom ends a context that has a deadline a little earlier.
func withHeadroom(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	headroom := min(maxHeadroom, time.Until(deadline)/10)
	return context.WithDeadline(ctx, deadline.Add(-headroom))
}

// contained runs f; where it panics the message has failed. A panic is logged by
// its type and stack, for its text may show a value.
func (h *Handler) contained(m *message, f func()) {
	// Also where f ends the goroutine: no panic can be recovered then.
	m.fail(codeNotReturned, errNotReturned)
	defer func() {
		if p := recover(); p != nil {
			m.fail(codePanicked, fmt.Errorf("a panic with a value of type %T", p))
			h.logger().Error("panic while handling an announcement", "message_id", m.id, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
		}
	}()
	f()
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
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(n, concurrency) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	workers.Wait()
}
