package realtime

import (
	"context"
	"errors"
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

var _ wire.Run = (*Driver)(nil).call

// call runs one decoded request; one that has nothing to answer yet is run
// again as its Pending says.
//
// A client that goes away ends its call. If that happens just as the call took
// a message, the message is not lost: nobody acknowledges it, and it comes back
// after its visibility timeout, as in SQS.
func (d *Driver) call(ctx context.Context, c wire.Call) (any, error) {
	var w *waiter
	for {
		var out any
		var err error
		if out, w, err = d.try(c, w); w == nil {
			return out, err
		}
		d.sleep(ctx, w.woken, w.pending.Until, true)
		if ctx.Err() != nil {
			d.quit(w)
			return nil, ctx.Err()
		}
	}
}

// try runs a call once and returns a waiter where there is no answer yet. was
// is the one of the try before, if there was any.
func (d *Driver) try(c wire.Call, was *waiter) (out any, w *waiter, err error) {
	d.mu.Lock()
	defer d.mu.Unlock() // even where c panics: the others go on
	d.polls.leave(was)
	out, err = c()
	// What has no answer may have changed something all the same: a receive
	// that finds nothing may have moved messages to the dead-letter queue.
	d.announce()
	var pending *wire.Pending
	if !errors.As(err, &pending) {
		return out, nil, err
	}
	w = &waiter{pending: pending, woken: d.changed}
	if pending.On != nil {
		w.woken = d.polls.join(w)
	}
	return nil, w, nil
}

// quit ends a call whose client has gone. If it was its turn, it is now that
// of the next one.
func (d *Driver) quit(w *waiter) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.polls.leave(w)
	d.polls.wake()
}

// A waiter is a call without an answer.
type waiter struct {
	pending *wire.Pending
	woken   <-chan struct{}
	turn    chan struct{} // closed when its source is ready; nil without source
}

// polls are the waiters of each source, the one that waits longest first. A
// message wakes one of them, so that thousands of idle ones cost nothing.
type polls map[wire.Source][]*waiter

func (p polls) join(w *waiter) <-chan struct{} {
	w.turn = make(chan struct{})
	p[w.pending.On] = append(p[w.pending.On], w)
	return w.turn
}

func (p polls) leave(w *waiter) {
	if w == nil || w.turn == nil {
		return
	}
	on := w.pending.On
	p.set(on, slices.DeleteFunc(p[on], func(x *waiter) bool { return x == w }))
}

// wake gives one waiter of each source that is ready its turn. It takes from
// the source, and announces; then it is the next one's turn, if the source is
// still ready.
func (p polls) wake() {
	for on, list := range p {
		if on.Ready() {
			close(list[0].turn)
			p.set(on, list[1:])
		}
	}
}

func (p polls) set(on wire.Source, list []*waiter) {
	if len(list) == 0 {
		delete(p, on)
		return
	}
	p[on] = list
}
