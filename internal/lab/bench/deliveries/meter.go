package deliveries

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A meter follows changes to the subscribers by the facts of the cloud. It must receive
// facts one at a time.
type meter struct {
	now    func() time.Time
	queues map[string]int // subscribers by the names of their queues
	names  map[string]int // subscribers by the names of their functions

	put       map[string]time.Time   // when a change was published, by its id
	causes    map[string][]time.Time // when an announcement's changes were published, by its envelope's id
	messages  map[string]message
	latencies [][]time.Duration // by subscriber
	changes   int
	announced int
	bus       *billing.Meter // for the announcements on the bus
	own       *billing.Meter // for all subscribers
	ended     int            // invocations
}

// message is a message on its way to a subscriber.
type message struct {
	subscriber int
	causes     []time.Time
}

func newMeter(subscribers int, fan *stack.Stack) *meter {
	return &meter{
		now: time.Now, queues: map[string]int{}, names: map[string]int{},
		put: map[string]time.Time{}, causes: map[string][]time.Time{}, messages: map[string]message{},
		latencies: make([][]time.Duration, subscribers), bus: billing.NewMeter(), own: billing.NewMeter(fan),
	}
}

// observe receives a fact; see world.World.
func (m *meter) observe(f world.Fact) {
	switch f := f.(type) {
	case eventbridge.Put:
		m.event(f)
	case eventbridge.Delivered:
		if _, ours := m.queues[f.Delivery.Target.ARN[strings.LastIndex(f.Delivery.Target.ARN, ":")+1:]]; ours {
			m.own.Observe(f)
		}
	case lambda.Started:
		if _, ours := m.names[f.Invocation.Function]; ours {
			m.own.Observe(f)
		}
	case sqs.Sent:
		m.sent(f)
	case lambda.Finished:
		m.finished(f)
	}
}

func (m *meter) event(put eventbridge.Put) {
	e := &put.Event
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
		m.bus.Observe(put)
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
	m.messages[f.Message.ID] = message{i, m.causes[e.ID]}
}

func (m *meter) finished(f lambda.Finished) {
	i, ours := m.names[f.Invocation.Function]
	if !ours {
		return
	}
	m.ended++
	m.own.Observe(f)
	for _, id := range f.Invocation.Items {
		if slices.Contains(f.Failures, id) {
			continue
		}
		for _, at := range m.messages[id].causes {
			m.latencies[i] = append(m.latencies[i], m.now().Sub(at))
		}
		delete(m.messages, id)
	}
}

// logged receives a line that a function logged.
func (m *meter) logged(function, line string) {
	if _, ours := m.names[function]; ours {
		m.own.Logged(line)
	}
}

// delivered returns how many deliveries the meter has seen.
func (m *meter) delivered() (n int) {
	for _, l := range m.latencies {
		n += len(l)
	}
	return n
}
