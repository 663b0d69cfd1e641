package sqs

import (
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

var _ wire.Source = (*Queue)(nil)

// Ready tells whether Receive would take a message now, or whether the queue was
// deleted, which is an answer too.
func (q *Queue) Ready() bool {
	q.settle()
	return q.deleted || q.ready.first() != nil && q.hidden.Len()-q.delayed < q.limit
}

// Receive takes up to max messages and hides them for the visibility timeout (which may
// be 0). It applies the redrive policy as SQS does: a message that has been received
// maxReceiveCount times goes to the dead-letter queue instead. At the limit of 120,000
// messages in flight it returns nothing.
func (q *Queue) Receive(max int, visibility time.Duration) []Message {
	q.settle()
	var taken []*message
	for len(taken) < max && q.hidden.Len()-q.delayed < q.limit {
		m := q.ready.first()
		if m == nil {
			break
		}
		if q.deadLetter(m) {
			continue
		}
		q.take(m, visibility)
		taken = append(taken, m)
	}
	looks := make([]Message, len(taken))
	for i, m := range taken {
		looks[i] = q.look(m)
		q.tell(func() any { return Received{q.name, looks[i]} })
	}
	return looks
}

// ReceiveByID receives the visible message of this ID, as Receive would. It returns
// false if there is no such message, or if the message went to the dead-letter queue
// instead.
func (q *Queue) ReceiveByID(id string, visibility time.Duration) (Message, bool) {
	q.settle()
	m := q.messages[id]
	if m == nil || !q.ready.has(m) || q.deadLetter(m) {
		return Message{}, false
	}
	q.take(m, visibility)
	look := q.look(m)
	q.tell(func() any { return Received{q.name, look} })
	return look, true
}

// take puts a message in flight. Even with a visibility timeout of 0 it is
// hidden until the queue is next looked at, so that one Receive cannot take it
// twice.
func (q *Queue) take(m *message, visibility time.Duration) {
	now := q.service.w.Now()
	q.receipts++
	m.receipt, m.received = q.receipts, now
	if m.receives == 0 {
		m.first = now
	}
	m.receives++
	q.hide(m, now.Add(visibility))
}
