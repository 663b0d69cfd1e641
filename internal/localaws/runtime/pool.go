package runtime

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

// A pool holds the processes of one function.
type pool struct {
	r *Runner
	f Function

	mu      sync.Mutex
	closed  bool
	count   int                  // processes that are there or about to start
	live    map[string]*instance // by instance id
	idle    []*instance          // the one used last is used first
	waiting []chan grant         // in order of arrival
}

// A grant ends a wait: with a process, with the right to start one (a place in count),
// or with neither if the pool was closed.
type grant struct {
	i     *instance
	start bool
}

// acquire returns a process for t. It belongs to the caller until it is released or
// ends.
func (p *pool) acquire(ctx context.Context, t *task) (*instance, error) {
	g, err := p.grant(ctx)
	if err != nil {
		return nil, err
	}
	if g.start {
		return p.start(t)
	}
	return g.i, nil
}

func (p *pool) grant(ctx context.Context) (grant, error) {
	p.mu.Lock()
	switch {
	case p.closed:
		p.mu.Unlock()
		return grant{}, ErrClosed
	case len(p.idle) > 0:
		i := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		p.mu.Unlock()
		return grant{i: i}, nil
	case p.count < p.f.ReservedConcurrency:
		p.count++
		p.mu.Unlock()
		return grant{start: true}, nil
	}
	turn := make(chan grant, 1)
	p.waiting = append(p.waiting, turn)
	p.mu.Unlock()
	return p.wait(ctx, turn)
}

func (p *pool) wait(ctx context.Context, turn chan grant) (grant, error) {
	patience := time.NewTimer(max(p.r.opt.Patience, 0))
	defer patience.Stop()
	var err error
	select {
	case g := <-turn:
		if !g.start && g.i == nil {
			return g, ErrClosed
		}
		return g, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-patience.C:
		err = fmt.Errorf("function %s: its %d processes are busy: %w", p.f.Name, p.f.ReservedConcurrency, lambda.ErrThrottled)
	}
	p.leave(turn)
	return grant{}, err
}

// leave stops waiting, and returns what was granted in the meantime.
func (p *pool) leave(turn chan grant) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := slices.Index(p.waiting, turn); n >= 0 {
		p.waiting = slices.Delete(p.waiting, n, n+1)
		return
	}
	switch g := <-turn; {
	case g.start:
		p.free()
	case g.i != nil:
		p.put(g.i)
	}
}

// free returns a place, or passes it to a waiting caller. The mutex is held.
func (p *pool) free() {
	p.count--
	if len(p.waiting) > 0 && !p.closed {
		p.count++
		p.hand(grant{start: true})
	}
}

// put passes a process to a waiting caller, or makes it idle. The mutex is held.
func (p *pool) put(i *instance) {
	switch {
	case i.retired:
	case len(p.waiting) > 0:
		p.hand(grant{i: i})
	default:
		p.idle = append(p.idle, i)
	}
}

func (p *pool) hand(g grant) {
	p.waiting[0] <- g
	p.waiting = p.waiting[1:]
}

// release returns a process that can serve another invocation.
func (p *pool) release(i *instance) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.put(i)
}

// retire keeps a process from being used again.
func (p *pool) retire(i *instance) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i.retired = true
	p.idle = slices.DeleteFunc(p.idle, func(x *instance) bool { return x == i })
}

// forget removes a process that has ended.
func (p *pool) forget(i *instance) {
	p.retire(i)
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.live, i.id)
	p.free()
}

func (p *pool) find(id string) *instance {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.live[id]
}

func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	var all []*instance
	for _, i := range p.live {
		all = append(all, i)
	}
	for len(p.waiting) > 0 {
		p.hand(grant{})
	}
	p.mu.Unlock()
	for _, i := range all {
		i.stop()
	}
}
