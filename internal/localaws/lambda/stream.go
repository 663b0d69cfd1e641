package lambda

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A Stream is the part of a stream that a StreamMapping needs.
type Stream interface {
	// Records returns up to max records after the sequence number, in the
	// stream's order; after the empty one, from the oldest on.
	Records(after string, max int) []Record
}

// A Record is one change in a table's stream.
type Record struct {
	EventID        string
	EventName      string // INSERT, MODIFY or REMOVE
	SequenceNumber string
	Created        time.Time

	// Keys and images are AttributeValue JSON as on the wire; an absent image
	// is nil. They must not be changed afterwards.
	Keys, OldImage, NewImage jsontext.Value

	ViewType  string // such as NEW_AND_OLD_IMAGES
	SizeBytes int
	Expired   bool // removed by TTL: the event then carries DynamoDB's user identity
}

// A Destination accepts the messages about discarded records.
type Destination interface {
	// Send takes one message; an error means that it is lost.
	Send(body string) error
}

// StreamMapping invokes a function with batches of a stream's records. A hash of their
// keys assigns records to lanes. A lane has one batch in flight, and retries a failed
// batch before it continues.
type StreamMapping struct {
	w         *world.World
	cfg       StreamMappingConfig
	s         Stream
	onFailure Destination
	off       bool // switched off

	last       string   // the last record read from the stream
	checkpoint string   // every record up to it is done
	open       []*entry // the records after the checkpoint that were read, in order
	lanes      []*lane
	flights    flights[*lane]
}

// entry is one record on its way.
type entry struct {
	record Record
	event  []byte // as it stands in the payload
	read   time.Time
	done   bool
}

// NewStreamMapping makes a mapping. onFailure may be nil: discarded records
// then leave only a fact. It panics with cfg.Validate's error.
func NewStreamMapping(w *world.World, cfg StreamMappingConfig, s Stream, onFailure Destination) *StreamMapping {
	if err := cfg.Validate(); err != nil {
		panic(err)
	}
	if cfg.ID == "" {
		cfg.ID = w.UUID()
	}
	m := &StreamMapping{w: w, cfg: cfg.withDefaults(), s: s, onFailure: onFailure}
	for range m.cfg.ParallelizationFactor {
		m.lanes = append(m.lanes, &lane{})
	}
	if cfg.StartingPosition == Latest {
		m.skipToEnd()
	}
	return m
}

func (m *StreamMapping) skipToEnd() {
	for {
		page := m.s.Records(m.last, maxBatch)
		if len(page) == 0 {
			m.checkpoint = m.last
			return
		}
		m.last = page[len(page)-1].SequenceNumber
	}
}

// ID implements Mapping.
func (m *StreamMapping) ID() string { return m.cfg.ID }

// Function implements Mapping.
func (m *StreamMapping) Function() string { return m.cfg.Function }

// Next implements Mapping.
func (m *StreamMapping) Next() (*Invocation, bool) {
	for !m.off {
		m.read()
		discarded := false
		for _, l := range m.lanes {
			b := l.due(m.w.Now(), m.cfg)
			if b == nil {
				continue
			}
			discarded = m.expire(b) || discarded
			if len(b.entries) > 0 {
				return m.start(l, b), true
			}
		}
		if !discarded {
			break
		}
	}
	return nil, false
}

func (m *StreamMapping) start(l *lane, b *batch) *Invocation {
	b.attempts++
	l.flying = b
	return m.flights.start(m.w, m.invocation(b), l)
}

// Wake implements Mapping.
func (m *StreamMapping) Wake() (time.Time, bool) {
	var first time.Time
	found := false
	if m.off {
		return first, false
	}
	for _, l := range m.lanes {
		at, ok := l.wake(m.cfg)
		if ok && (!found || at.Before(first)) {
			first, found = at, true
		}
	}
	return first, found
}

// State implements Mapping.
func (m *StreamMapping) State() State {
	s := State{
		Mapping: m.cfg.ID, Function: m.cfg.Function,
		InFlight: m.flights.invocations(), Checkpoint: m.checkpoint,
	}
	for _, l := range m.lanes {
		s.Lanes = append(s.Lanes, l.state())
		s.Buffered += l.state().Buffered
	}
	return s
}
