package backfill

import (
	"context"
	"sync"
	"time"
)

// A Pace limits spending per second. It is a token bucket without a stock. A caller
// waits until its amount is paid for. Idle time saves nothing up, so there is no burst
// after a pause. A Pace is safe for concurrent use. A nil Pace has no limit.
type Pace struct {
	rate float64

	mu   sync.Mutex
	paid time.Time // the time up to which everything taken so far is paid for
}

// NewPace returns a limit of perSecond, which must be positive.
func NewPace(perSecond float64) *Pace { return &Pace{rate: perSecond} }

// Take waits until n may be spent. Callers are served in the order of their calls. Take
// returns ctx's error as soon as ctx is done.
func (p *Pace) Take(ctx context.Context, n float64) error {
	if p == nil {
		return ctx.Err()
	}
	p.mu.Lock()
	now := time.Now()
	if p.paid.Before(now) {
		p.paid = now
	}
	p.paid = p.paid.Add(p.cost(n))
	wait := p.paid.Sub(now)
	p.mu.Unlock()
	return sleep(ctx, wait)
}

// Settle adds what was spent beyond what was taken; a negative n means that less was
// spent. The next callers wait accordingly.
func (p *Pace) Settle(n float64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paid = p.paid.Add(p.cost(n))
}

// longest is how long a caller waits at most, in seconds: some months.
const longest = 1e7

func (p *Pace) cost(n float64) time.Duration {
	// A longer time would overflow Duration, become negative and limit nothing.
	seconds := n / p.rate
	return time.Duration(min(max(seconds, -longest), longest) * float64(time.Second))
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return ctx.Err()
	}
}
