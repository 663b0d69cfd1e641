package realtime

import (
	"context"
	"errors"
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

var _ wire.Run = (*Driver)(nil).call

// call runs one decoded request. A request without an answer yet is run again when its
// Pending says so.
//
// A client that disconnects ends its call. If the call has just taken a message, the
// message is not lost. It is not acknowledged, so SQS's rules apply: it is redelivered
// after its visibility timeout.
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

// try runs a call once, and returns a waiter if there is no answer yet. earlier is the
// waiter of the try before, if there was one.
func (d *Driver) try(c wire.Call, earlier *waiter) (out any, w *waiter, err error) {
	d.mu.Lock()
	defer d.mu.Unlock() // even if c panics, so that the others continue
	d.polls.leave(earlier)
	out, err = c()
	// A call without an answer may have changed something: a receive that finds nothing
	// may have moved messages to the dead-letter queue.
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

// quit ends a call whose client has disconnected. If it was its turn, the next call
// gets the turn.
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

// polls holds the waiters of each source, the longest waiting first. A message wakes
// one of them, so that thousands of idle ones cost nothing.
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

// wake gives the turn to one waiter of each source that is ready. That one takes from
// the source and announces the change. If the source is still ready, the next one then
// gets the turn.
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
