package backfill

import (
	"context"
	"sync"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/pause"
)

// A Pace bounds what is spent per second: a token bucket that holds nothing in
// stock. Whoever wants to spend waits until it is paid for, and nothing is saved
// up while nobody spends, so after a pause nobody spends faster. Safe for
// concurrent use; a nil Pace bounds nothing.
type Pace struct {
	rate float64

	mu   sync.Mutex
	paid time.Time // until when what was taken pays for the time
}

// NewPace is a bound of so much per second, which must be positive.
func NewPace(perSecond float64) *Pace { return &Pace{rate: perSecond} }

// Take waits until n may be spent. Who comes first goes first. It returns ctx's
// error as soon as ctx is done.
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
	return pause.For(ctx, wait)
}

// Settle books what was spent beyond what was taken, or less than that where n
// is negative. Those who take next wait accordingly.
func (p *Pace) Settle(n float64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paid = p.paid.Add(p.cost(n))
}

// longest is what one cost waits at most, in seconds: some months.
const longest = 1e7

func (p *Pace) cost(n float64) time.Duration {
	// Beyond what a Duration holds it would be negative, and bound nothing.
	seconds := n / p.rate
	return time.Duration(min(max(seconds, -longest), longest) * float64(time.Second))
}
