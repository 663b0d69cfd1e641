package sqs

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// maxInFlight is how many messages of a standard queue can be in flight.
const maxInFlight = 120_000

// Queue is one standard queue.
type Queue struct {
	service *Service
	name    string
	arn     string
	tags    map[string]string

	settings
	created, modified time.Time
	purged            time.Time
	deleted           bool

	messages map[string]*message // by ID
	ready    order               // visible, oldest arrival first
	hidden   order               // delayed or in flight, by the time they become visible
	ages     order               // all, oldest sent first
	delayed  int                 // of the hidden ones
	limit    int                 // of messages in flight
	arrivals uint64
	receipts uint64
}

func newQueue(s *Service, name string, now time.Time) *Queue {
	return &Queue{
		service: s, name: name, arn: s.w.ARN("sqs", name),
		settings: defaults(), created: now, modified: now,
		messages: map[string]*message{}, limit: maxInFlight,
		ready: order{slot: 0, less: func(a, b *message) bool { return a.sequence < b.sequence }},
		hidden: order{slot: 1, less: func(a, b *message) bool {
			return cmp.Or(a.visible.Compare(b.visible), cmp.Compare(a.sequence, b.sequence)) < 0
		}},
		ages: order{slot: 2, less: func(a, b *message) bool {
			return cmp.Or(a.sent.Compare(b.sent), cmp.Compare(a.sequence, b.sequence)) < 0
		}},
	}
}

// Name is the queue's name.
func (q *Queue) Name() string { return q.name }

// ARN is the queue's ARN.
func (q *Queue) ARN() string { return q.arn }

// URL is the queue's URL: the service's base URL, account and name.
func (q *Queue) URL() string { return q.service.base + "/" + q.service.w.Account + "/" + q.name }

// Visibility is the queue's visibility timeout.
func (q *Queue) Visibility() time.Duration { return q.visibility }

// Counts says how many messages can be received, are in flight and are delayed.
func (q *Queue) Counts() (visible, inFlight, delayed int) {
	q.settle()
	return q.ready.Len(), q.hidden.Len() - q.delayed, q.delayed
}

// NextVisible is the earliest time at which a message that is now in flight or
// delayed can be received.
func (q *Queue) NextVisible() (time.Time, bool) {
	q.settle()
	if m := q.hidden.first(); m != nil {
		return m.visible, true
	}
	return time.Time{}, false
}

// Messages lists all messages, hidden ones included, in order of arrival.
func (q *Queue) Messages() []Message {
	q.settle()
	all := slices.SortedFunc(maps.Values(q.messages), func(a, b *message) int { return cmp.Compare(a.sequence, b.sequence) })
	looks := make([]Message, len(all))
	for i, m := range all {
		looks[i] = q.look(m)
	}
	return looks
}

// settle lets time pass: expired messages vanish, hidden ones become visible.
func (q *Queue) settle() {
	now := q.service.w.Now()
	for m := q.ages.first(); m != nil && !now.Before(m.sent.Add(q.retention)); m = q.ages.first() {
		q.remove(m)
		q.tell(func() any { return Expired{q.name, q.look(m)} })
	}
	for m := q.hidden.first(); m != nil && !now.Before(m.visible); m = q.hidden.first() {
		q.show(m)
	}
}

// arrive puts a message into the queue, hidden until the given time.
func (q *Queue) arrive(m *message, visible time.Time) {
	q.arrivals++
	m.sequence, m.visible, m.receipt, m.arrived = q.arrivals, visible, 0, q.service.w.Now()
	q.messages[m.id] = m
	q.ages.add(m)
	if visible.After(q.service.w.Now()) {
		m.delayed = true
		q.delayed++
		q.hidden.add(m)
		return
	}
	m.delayed = false
	q.ready.add(m)
}

// remove takes a message out of the queue.
func (q *Queue) remove(m *message) {
	delete(q.messages, m.id)
	q.ages.remove(m)
	if q.ready.has(m) {
		q.ready.remove(m)
		return
	}
	q.unhide(m)
}

// hide puts a message in flight until the given time.
func (q *Queue) hide(m *message, until time.Time) {
	if q.ready.has(m) {
		q.ready.remove(m)
	} else {
		q.unhide(m)
	}
	m.visible = until
	q.hidden.add(m)
}

func (q *Queue) show(m *message) {
	q.unhide(m)
	q.ready.add(m)
}

func (q *Queue) unhide(m *message) {
	q.hidden.remove(m)
	if m.delayed {
		m.delayed = false
		q.delayed--
	}
}
