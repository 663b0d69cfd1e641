package deliveries

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/bench/cost"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/localaws/world"
)

// A meter follows changes to the subscribers by the facts of the cloud. Facts come
// one at a time.
type meter struct {
	now    func() time.Time
	memory int            // of a subscriber's function, in MB
	queues map[string]int // subscribers by the names of their queues
	names  map[string]int // and by those of their functions

	put       map[string]time.Time   // changes, by their id
	causes    map[string][]time.Time // of announcements, by their envelope's id
	messages  map[string]message
	latencies [][]time.Duration // by subscriber
	changes   int
	announced int
	bus       cost.Bill // of the announcements on the bus
	bill      cost.Bill // of all subscribers
	ended     int       // invocations
}

// message is one on its way to a subscriber.
type message struct {
	subscriber, bytes int
	causes            []time.Time
}

func newMeter(subscribers, memory int) *meter {
	return &meter{
		now: time.Now, memory: memory, queues: map[string]int{}, names: map[string]int{},
		put: map[string]time.Time{}, causes: map[string][]time.Time{}, messages: map[string]message{},
		latencies: make([][]time.Duration, subscribers),
	}
}

// observe takes a fact; see world.World.
func (m *meter) observe(f world.Fact) {
	switch f := f.(type) {
	case eventbridge.Put:
		m.event(&f.Event)
	case sqs.Sent:
		m.sent(f)
	case lambda.Finished:
		m.finished(f)
	}
}

func (m *meter) event(e *eventbridge.Event) {
	switch e.DetailType {
	case events.DetailTypeChange:
		var change struct{ ID string }
		if json.Unmarshal([]byte(e.Detail), &change) == nil {
			m.changes++
			m.put[change.ID] = m.now()
		}
	case events.DetailTypeUpdated:
		var u struct {
			CausedBy []string `json:"caused_by"`
		}
		if json.Unmarshal([]byte(e.Detail), &u) != nil {
			return
		}
		m.announced++
		m.bus.Events += cost.Chunks(len(e.Detail))
		for _, id := range u.CausedBy {
			if at, ok := m.put[id]; ok {
				m.causes[e.ID] = append(m.causes[e.ID], at)
				delete(m.put, id)
			}
		}
	}
}

func (m *meter) sent(f sqs.Sent) {
	i, ours := m.queues[f.Queue]
	if !ours {
		return
	}
	var e struct{ ID string }
	if json.Unmarshal([]byte(f.Message.Body), &e) != nil {
		return
	}
	m.messages[f.Message.ID] = message{i, len(f.Message.Body), m.causes[e.ID]}
	m.bill.QueueRequests += cost.Chunks(len(f.Message.Body))
}

// finished: of a batch, Lambda received it and deleted it, in one request each.
func (m *meter) finished(f lambda.Finished) {
	i, ours := m.names[f.Invocation.Function]
	if !ours {
		return
	}
	m.ended++
	bytes := 0
	for _, id := range f.Invocation.Items {
		bytes += m.messages[id].bytes
		if slices.Contains(f.Failures, id) {
			continue
		}
		for _, at := range m.messages[id].causes {
			m.latencies[i] = append(m.latencies[i], m.now().Sub(at))
		}
		delete(m.messages, id)
	}
	m.bill.QueueRequests += cost.Chunks(bytes) + 1
	m.bill.Invoked(f.Duration, m.memory)
}

// delivered is how many deliveries have been noted.
func (m *meter) delivered() (n int) {
	for _, l := range m.latencies {
		n += len(l)
	}
	return n
}
