package runtime

import (
	"context"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

// serve runs t on the process, which the caller has acquired. again says that the
// process ended before it took t, for example because it exits after each answer.
// Another process must then run t.
func (i *instance) serve(ctx context.Context, t *task) (result lambda.Result, again bool) {
	i.assign(t)
	first := time.NewTimer(i.p.r.opt.InitLimit)
	defer first.Stop()
	select {
	case <-t.picked:
	case r := <-t.done: // the process reported that it could not start
		i.stop()
		return r, false
	case <-i.dead:
		return i.died(t)
	case <-first.C:
		if i.take(t) {
			i.stop()
			return t.timedOut(i.p.f.Timeout), false
		}
		return <-t.done, false
	case <-ctx.Done():
		if i.withdraw(t) {
			i.p.release(i)
			return lambda.Result{Err: ctx.Err()}, false
		}
	}
	return i.await(ctx, t), false
}

// await waits for the end of a task that the process has taken.
func (i *instance) await(ctx context.Context, t *task) lambda.Result {
	timeout := time.NewTimer(i.p.f.Timeout)
	ended := make(chan lambda.Result, 1)
	wait := func(cancelled <-chan struct{}) bool {
		select {
		case r := <-t.done:
			i.p.release(i)
			ended <- r
		case <-i.dead:
			r, _ := i.died(t)
			ended <- r
		case <-timeout.C:
			ended <- i.expire(t)
		case <-cancelled:
			return false
		}
		timeout.Stop()
		return true
	}
	if !wait(ctx.Done()) {
		i.p.r.under.Go(func() { wait(nil) }) // the function goes on, and its process is used again
		return lambda.Result{Err: ctx.Err()}
	}
	return <-ended
}

// died is the result of a task whose process is gone.
func (i *instance) died(t *task) (result lambda.Result, again bool) {
	if !i.take(t) {
		return <-t.done, false // it answered first
	}
	i.mu.Lock()
	served, stopping := i.served, i.stopping
	i.mu.Unlock()
	select {
	case <-t.picked:
	default:
		again = served > 0
	}
	if stopping {
		return lambda.Result{Err: ErrClosed}, again
	}
	return t.exited(i.how), again
}

func (i *instance) expire(t *task) lambda.Result {
	if !i.take(t) {
		i.p.release(i)
		return <-t.done
	}
	i.stop()
	return t.timedOut(i.p.f.Timeout)
}

// withdraw takes back a task that the process has not taken.
func (i *instance) withdraw(t *task) bool {
	select {
	case <-i.work:
		return i.take(t)
	default:
		return false
	}
}
