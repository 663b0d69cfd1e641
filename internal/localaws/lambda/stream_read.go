package lambda

import (
	"hash/fnv"

	"github.com/go-json-experiment/json/jsontext"
)

// minReadAhead is how many records a mapping holds at least before it stops reading. A
// lane that retries for long must not starve the other lanes at once, nor make the
// mapping hold the whole stream.
const minReadAhead = 1000

// read takes records from the stream into the lanes.
func (m *StreamMapping) read() {
	limit := max(minReadAhead, 2*m.cfg.BatchSize*m.cfg.ParallelizationFactor)
	var dropped []string
	for len(m.open) < limit {
		page := m.s.Records(m.last, limit-len(m.open))
		if len(page) == 0 {
			break
		}
		for _, record := range page {
			if !m.add(record) {
				dropped = append(dropped, record.SequenceNumber)
			}
		}
		m.advance()
	}
	if len(dropped) > 0 {
		m.w.Tell(Filtered{Mapping: m.cfg.ID, Function: m.cfg.Function, Items: dropped})
	}
}

// add tells whether the filter accepted the record.
func (m *StreamMapping) add(record Record) bool {
	m.last = record.SequenceNumber
	e := &entry{record: record, event: m.event(record), read: m.w.Now()}
	m.open = append(m.open, e)
	if m.cfg.Match != nil && !m.cfg.Match(e.event) {
		e.done = true
		return false
	}
	l := m.lanes[laneOf(record.Keys, len(m.lanes))]
	l.waiting = append(l.waiting, e)
	return true
}

// laneOf assigns records by all of their keys, partition and sort key together, because
// Lambda keeps the order per item.
func laneOf(keys jsontext.Value, lanes int) int {
	if lanes == 1 {
		return 0
	}
	canonical := keys.Clone()
	if err := canonical.Canonicalize(); err != nil {
		return 0 // not JSON: event has already refused it
	}
	h := fnv.New32a()
	_, _ = h.Write(canonical) // never fails
	return int(h.Sum32() % uint32(lanes))
}

// advance moves the checkpoint over the records that are done.
func (m *StreamMapping) advance() {
	n := 0
	for n < len(m.open) && m.open[n].done {
		m.checkpoint = m.open[n].record.SequenceNumber
		n++
	}
	m.open = m.open[n:]
}

func (m *StreamMapping) pass(entries []*entry) {
	for _, e := range entries {
		e.done = true
	}
	m.advance()
}
