package eventbridge

import (
	"cmp"
	"container/heap"
	"slices"
	"time"
)

// Pending lists the pending deliveries in the order of their creation, each with its
// due time. Deliveries to API destinations are not among them: see CallsDue.
func (s *Service) Pending() []*Delivery { return inOrder(slices.Clone(s.pending)) }

// PendingDue lists those that are due at a time, in the same order. Its cost does not
// depend on the others. There are many of them while a target fails.
func (s *Service) PendingDue(now time.Time) []*Delivery {
	var due []*Delivery
	var collect func(at int)
	collect = func(at int) {
		// A delivery below another one in the heap is not due before it.
		if at < len(s.pending) && !s.pending[at].Due.After(now) {
			due = append(due, s.pending[at])
			collect(2*at + 1)
			collect(2*at + 2)
		}
	}
	collect(0)
	return inOrder(due)
}

// Idle tells whether no delivery is pending and no call is under way. Calls that have
// failed and wait for a retry do not count, because the endpoint may be down for a day.
func (s *Service) Idle() bool { return len(s.pending) == 0 && s.untried == 0 && s.calling == 0 }

// Wake returns the earliest time at which a pending delivery, or a call, is due.
func (s *Service) Wake() (at time.Time, ok bool) {
	for _, p := range []pending{s.pending, s.calls} {
		if len(p) > 0 && (!ok || p[0].Due.Before(at)) {
			at, ok = p[0].Due, true
		}
	}
	return at, ok
}

func inOrder(list []*Delivery) []*Delivery {
	slices.SortFunc(list, func(a, b *Delivery) int { return cmp.Compare(a.number, b.number) })
	return list
}

// pending is a heap of deliveries by their due time. Each knows its position, so that
// any can be removed.
type pending []*Delivery

var _ heap.Interface = (*pending)(nil)

func (p pending) has(d *Delivery) bool { return d.position < len(p) && p[d.position] == d }

// Len, Less, Swap, Push and Pop implement container/heap.
func (p pending) Len() int { return len(p) }

func (p pending) Less(i, j int) bool {
	return cmp.Or(p[i].Due.Compare(p[j].Due), cmp.Compare(p[i].number, p[j].number)) < 0
}

func (p pending) Swap(i, j int) {
	p[i], p[j] = p[j], p[i]
	p[i].position, p[j].position = i, j
}

func (p *pending) Push(d any) {
	d.(*Delivery).position = len(*p)
	*p = append(*p, d.(*Delivery))
}

func (p *pending) Pop() any {
	last := len(*p) - 1
	d := (*p)[last]
	(*p)[last] = nil
	*p = (*p)[:last]
	return d
}
