package producers

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// LingerEntries is how many events a Lingering route sends together at most: what
// one PutEvents or SendMessageBatch request takes.
const LingerEntries = 10

// A Lingering route holds events back for a moment, so that those of several callers
// share a request. It is for processes that publish for many users at a time: a
// queue bills the request, so ten changes in one cost a tenth. The bus bills the
// event, and gains nothing but fewer requests. Safe for concurrent use.
type Lingering struct {
	route Route
	wait  time.Duration

	mu   sync.Mutex
	open *parcel // that still takes events; nil where none waits
}

// Linger makes a Route that sends what arrives within wait of the first event, up to
// LingerEntries of them, together through another one. A Send with as many or more,
// or with no wait, goes straight through.
//
// Send still returns when its own events are answered for, and so up to wait later.
// Where its context ends first, what was held back is NotSent, and what was on its
// way is Uncertain. When the last Send has returned, nothing is held back, and what was
// on its way has been told to end.
func Linger(route Route, wait time.Duration) *Lingering {
	return &Lingering{route: route, wait: wait}
}

// A parcel is what is sent together: a share of each caller. Lingering.mu guards it
// until it has gone.
type parcel struct {
	shares   []*share
	events   int
	waiting  int // callers
	timer    *time.Timer
	cancel   context.CancelFunc // set when it goes
	answered chan struct{}      // closed when each share has its errors
}

type share struct {
	envelopes []events.Envelope
	errs      []error
}

// Send implements Route.
func (l *Lingering) Send(ctx context.Context, envelopes []events.Envelope) []error {
	if n := len(envelopes); n == 0 || n >= LingerEntries || l.wait <= 0 {
		return send(ctx, l.route, envelopes)
	}
	s := &share{envelopes: envelopes}
	p := l.join(s)
	select {
	case <-p.answered:
		return s.errs
	case <-ctx.Done():
		select {
		case <-p.answered: // in the same moment
			return s.errs
		default:
		}
		return repeat(len(envelopes), &events.SendError{Outcome: l.leave(p, s), Err: context.Cause(ctx)})
	}
}

// join puts a share into the open parcel, or into a new one.
func (l *Lingering) join(s *share) *parcel {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open != nil && l.open.events+len(s.envelopes) > LingerEntries {
		l.dispatch(l.open)
	}
	if l.open == nil {
		l.open = l.newParcel()
	}
	p := l.open
	p.shares = append(p.shares, s)
	p.events += len(s.envelopes)
	p.waiting++
	if p.events == LingerEntries {
		l.dispatch(p)
	}
	return p
}

func (l *Lingering) newParcel() *parcel {
	p := &parcel{answered: make(chan struct{})}
	p.timer = time.AfterFunc(l.wait, func() { l.expire(p) })
	return p
}

// expire ends a parcel's wait, unless it is full or given up: another may be open then.
func (l *Lingering) expire(p *parcel) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open == p {
		l.dispatch(p)
	}
}

// dispatch closes the open parcel and sends it on its way. The caller holds the lock.
func (l *Lingering) dispatch(p *parcel) {
	p.timer.Stop()
	l.open = nil
	var ctx context.Context
	ctx, p.cancel = context.WithCancel(context.Background()) // of no caller: one that gives up must not take the others along
	go p.deliver(ctx, l.route)
}

func (p *parcel) deliver(ctx context.Context, route Route) {
	defer p.cancel()
	all := make([]events.Envelope, 0, p.events)
	for _, s := range p.shares {
		all = append(all, s.envelopes...)
	}
	errs := send(ctx, route, all)
	for _, s := range p.shares {
		n := len(s.envelopes)
		s.errs, errs = errs[:n:n], errs[n:]
	}
	close(p.answered)
}

// leave takes out the share of a caller that does not wait any more. Where it has
// gone already and nobody else waits for its parcel, the sending is given up.
func (l *Lingering) leave(p *parcel, s *share) events.Outcome {
	l.mu.Lock()
	defer l.mu.Unlock()
	p.waiting--
	if p.cancel != nil {
		if p.waiting == 0 {
			p.cancel()
		}
		return events.Uncertain
	}
	p.shares = slices.DeleteFunc(p.shares, func(other *share) bool { return other == s })
	p.events -= len(s.envelopes)
	if p.waiting == 0 {
		p.timer.Stop()
		l.open = nil
	}
	return events.NotSent
}

var _ Route = (*Lingering)(nil)
