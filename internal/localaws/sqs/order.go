package sqs

import "container/heap"

// order is a heap of messages that knows where each of them is, so that any
// can be taken out.
type order struct {
	items []*message
	slot  int // which of message.positions is this heap's
	less  func(a, b *message) bool
}

func (o *order) add(m *message)    { heap.Push(o, m) }
func (o *order) remove(m *message) { heap.Remove(o, m.positions[o.slot]) }

// has tells whether m is in the order.
func (o *order) has(m *message) bool {
	at := m.positions[o.slot]
	return at < len(o.items) && o.items[at] == m
}

func (o *order) first() *message {
	if len(o.items) == 0 {
		return nil
	}
	return o.items[0]
}

// Len, Less, Swap, Push and Pop are for container/heap alone.
func (o *order) Len() int { return len(o.items) }

func (o *order) Less(i, j int) bool { return o.less(o.items[i], o.items[j]) }

func (o *order) Swap(i, j int) {
	o.items[i], o.items[j] = o.items[j], o.items[i]
	o.items[i].positions[o.slot] = i
	o.items[j].positions[o.slot] = j
}

func (o *order) Push(m any) {
	m.(*message).positions[o.slot] = len(o.items)
	o.items = append(o.items, m.(*message))
}

func (o *order) Pop() any {
	last := len(o.items) - 1
	m := o.items[last]
	o.items[last] = nil
	o.items = o.items[:last]
	return m
}
