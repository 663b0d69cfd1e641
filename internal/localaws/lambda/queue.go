package lambda

import (
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A Queue is the part of a queue that a QueueMapping needs.
type Queue interface {
	// Receive takes up to max (1 to 10) messages and hides each for the queue's
	// visibility timeout. It may return none.
	Receive(max int) []Message
	// Delete acknowledges a received message. A receipt that is no longer
	// valid is ignored.
	Delete(receipt string)
	// NextVisible is the earliest time at which a message that is hidden or
	// delayed now becomes receivable.
	NextVisible() (time.Time, bool)
}

// A Message is one received message.
type Message struct {
	ID, Body, Receipt string
	Attributes        map[string]Attribute // set by the sender
	System            map[string]string    // SentTimestamp, ApproximateReceiveCount, AWSTraceHeader, ...
	AttributesMD5     string               // MD5OfMessageAttributes, if there are any
}

// An Attribute is a message attribute; BinaryValue counts where DataType starts
// with "Binary".
type Attribute struct {
	DataType, StringValue string
	BinaryValue           []byte
}

// QueueMapping invokes a function with batches of a queue's messages. It leaves a
// message that a batch could not process: SQS redelivers it after its visibility
// timeout, and the queue's redrive policy counts it.
type QueueMapping struct {
	w       *world.World
	cfg     QueueMappingConfig
	q       Queue
	off     bool // switched off
	buffer  []taken
	flights flights[[]taken]
}

// taken is a message that was received and is not done yet.
type taken struct {
	message Message
	record  []byte // as it stands in the payload
	at      time.Time
}

// NewQueueMapping makes a mapping. It panics with cfg.Validate's error.
func NewQueueMapping(w *world.World, cfg QueueMappingConfig, q Queue) *QueueMapping {
	if err := cfg.Validate(); err != nil {
		panic(err)
	}
	if cfg.ID == "" {
		cfg.ID = w.UUID()
	}
	return &QueueMapping{w: w, cfg: cfg.withDefaults(), q: q}
}

// ID implements Mapping.
func (m *QueueMapping) ID() string { return m.cfg.ID }

// Function implements Mapping.
func (m *QueueMapping) Function() string { return m.cfg.Function }

// Next implements Mapping. At its maximum concurrency the mapping takes no messages,
// because their visibility timeouts could end while they wait.
func (m *QueueMapping) Next() (*Invocation, bool) {
	if m.off || len(m.flights) >= m.cfg.MaximumConcurrency {
		return nil, false
	}
	m.gather()
	n, over := m.fitting()
	full := over || n >= m.cfg.BatchSize
	if n == 0 || !full && m.w.Now().Before(m.closes()) {
		return nil, false
	}
	batch := m.buffer[:n:n]
	m.buffer = m.buffer[n:]
	return m.flights.start(m.w, m.invocation(batch), batch), true
}

// closes returns when the window of the buffered messages ends.
func (m *QueueMapping) closes() time.Time { return m.buffer[0].at.Add(m.cfg.Window) }

func (m *QueueMapping) fitting() (int, bool) {
	return fitting(min(len(m.buffer), m.cfg.BatchSize), func(i int) int { return len(m.buffer[i].record) })
}

// gather receives until a batch is full or the queue has no more messages.
func (m *QueueMapping) gather() {
	for {
		n, over := m.fitting()
		if over || n >= m.cfg.BatchSize {
			return
		}
		messages := m.q.Receive(min(maxReceive, m.cfg.BatchSize-n))
		if len(messages) == 0 {
			return
		}
		m.take(messages)
	}
}

func (m *QueueMapping) take(messages []Message) {
	var dropped []string
	for _, message := range messages {
		if !m.matches(message) {
			m.q.Delete(message.Receipt)
			dropped = append(dropped, message.ID)
			continue
		}
		m.buffer = append(m.buffer, taken{message, m.record(message), m.w.Now()})
	}
	if len(dropped) > 0 {
		m.w.Tell(Filtered{Mapping: m.cfg.ID, Function: m.cfg.Function, Items: dropped})
	}
}

// Wake implements Mapping.
func (m *QueueMapping) Wake() (time.Time, bool) {
	if m.off || len(m.flights) >= m.cfg.MaximumConcurrency {
		return time.Time{}, false
	}
	at, ok := m.q.NextVisible()
	if len(m.buffer) > 0 && (!ok || m.closes().Before(at)) {
		return m.closes(), true
	}
	return at, ok
}

// State implements Mapping.
func (m *QueueMapping) State() State {
	return State{
		Mapping: m.cfg.ID, Function: m.cfg.Function,
		Buffered: len(m.buffer), InFlight: m.flights.invocations(),
	}
}
