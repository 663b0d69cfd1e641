package localrun

import (
	"sync"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/localrun/trail"
)

// names are the resources whose facts a tracer interprets.
type names struct {
	changes    string // the change queue
	deadLetter string // its dead-letter queue
	history    string // the queue of the history; empty: it is off. No subscriber's
	apply      string // functions
	republish  string
}

// maxUnderWay bounds the journeys and the users that a tracer keeps. Beyond it, new
// changes are not followed.
const maxUnderWay = 100_000

// A tracer follows changes through the cloud by its facts. It keeps only the journeys
// that are under way.
type tracer struct {
	names names
	now   func() time.Time
	ended func(*journey) // called with each journey once, at its end

	mu         sync.Mutex
	journeys   map[string]*journey   // by the id of the change
	byEnvelope map[string]*journey   // by the id of its envelope
	byMessage  map[string]*journey   // by the id of its message
	bySequence map[string][]*journey // by the sequence number of its record
	seen       map[string]bool       // users
	latencies  latencies

	// If the table is in another DynamoDB, apply ends before its writes are known:
	// these journeys wait for the stream.
	remote  bool
	applied []*journey
}

func newTracer(n names, now func() time.Time, ended func(*journey)) *tracer {
	return &tracer{
		names: n, now: now, ended: ended,
		journeys: map[string]*journey{}, byEnvelope: map[string]*journey{}, byMessage: map[string]*journey{},
		bySequence: map[string][]*journey{}, seen: map[string]bool{},
	}
}

// observe receives a fact; see world.World.
func (t *tracer) observe(f world.Fact) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch f := f.(type) {
	case eventbridge.Put:
		t.put(f.Event)
	case sqs.Sent:
		t.sent(f)
	case lambda.Started:
		t.started(f)
	case lambda.Finished:
		t.finished(f)
	case dynamodb.Changed:
		t.changed(f.Record)
	case localaws.StreamRead:
		t.nothingNew(t.applied...)
		t.applied = nil
	default:
		t.lost(f)
	}
}

func (t *tracer) put(e eventbridge.Event) {
	switch e.DetailType {
	case events.DetailTypeChange:
		t.reached(e.Envelope(), put)
	case events.DetailTypeUpdated:
		t.each([]byte(e.Detail), announced)
	}
}

// begin finds or makes the journey of the change in an envelope. A change that cannot
// be decoded is identified by its envelope. If two envelopes have the same change, the
// journey follows the first. The other one ends in the queue.
func (t *tracer) begin(envelope []byte) *journey {
	e, err := events.DecodeEnvelope(envelope)
	if err != nil {
		return nil
	}
	j := t.byEnvelope[e.ID]
	if j == nil {
		if len(t.byEnvelope) >= maxUnderWay {
			return nil
		}
		j = t.journeyOf(&e, envelope)
	}
	return j
}

func (t *tracer) reached(envelope []byte, h hop) *journey {
	j := t.begin(envelope)
	if j != nil {
		j.reached(h, t.now())
	}
	return j
}

func (t *tracer) journeyOf(e *events.Envelope, envelope []byte) *journey {
	j := &journey{id: e.ID, envelope: e.ID, user: "unreadable", keys: []string{"change"}}
	if c, err := events.DecodeChange(envelope); err == nil {
		j.id, j.user, j.keys = c.ID.String(), c.UserID, trail.Keys(&c)
		if len(t.seen) < maxUnderWay {
			t.seen[c.UserID] = true
		}
	}
	t.byEnvelope[e.ID] = j
	if t.journeys[j.id] == nil {
		t.journeys[j.id] = j
	}
	return j
}

func (t *tracer) sent(f sqs.Sent) {
	switch f.Queue {
	case t.names.changes:
		if j := t.reached([]byte(f.Message.Body), queued); j != nil {
			t.byMessage[f.Message.ID] = j
		}
	case t.names.deadLetter:
		if j := t.begin([]byte(f.Message.Body)); j != nil {
			j.outcome = "dead letter: " + f.Message.Attributes["ERROR_CODE"].StringValue
			if j.at[queued].IsZero() {
				t.end(j) // the bus could not deliver it, or apply refused it and is about to end it
			}
		}
	case t.names.history:
	default:
		if e, err := events.DecodeEnvelope([]byte(f.Message.Body)); err == nil && e.DetailType == events.DetailTypeUpdated {
			t.each(e.Detail, delivered)
		}
	}
}

// each marks the journeys of the changes that an announcement names as its causes.
func (t *tracer) each(detail []byte, h hop) {
	var u events.PreferencesUpdated
	if u.UnmarshalJSON(detail) != nil {
		return
	}
	for _, id := range u.CausedBy {
		if j := t.journeys[id.String()]; j != nil {
			j.reached(h, t.now())
			j.outcome = "announced"
		}
	}
}

func (t *tracer) started(f lambda.Started) {
	for _, name := range f.Invocation.Items {
		if j := t.byMessage[name]; j != nil {
			j.reached(applying, t.now())
		}
		for _, j := range t.bySequence[name] {
			j.reached(republishing, t.now())
		}
	}
}

func (t *tracer) changed(r dynamodb.Record) {
	before, after := trail.Profile(r.OldImage), trail.Profile(r.NewImage)
	if before == nil || after == nil {
		return // something wrote an item that is not a profile
	}
	for _, id := range events.Announce(before, after).CausedBy {
		if j := t.journeys[id.String()]; j != nil {
			j.reached(stored, t.now())
			j.inferred = inferenceOf(id, j.keys, before, after)
			t.bySequence[r.SequenceNumber] = append(t.bySequence[r.SequenceNumber], j)
		}
	}
}

func (t *tracer) finished(f lambda.Finished) {
	failed := map[string]bool{}
	for _, name := range f.Failures {
		failed[name] = true
	}
	for _, name := range f.Invocation.Items {
		if failed[name] {
			continue
		}
		if j := t.byMessage[name]; j != nil {
			t.done(name, j)
		}
		for _, j := range t.bySequence[name] {
			t.end(j)
		}
		delete(t.bySequence, name)
	}
}

// done ends the journeys that go no further than apply.
func (t *tracer) done(message string, j *journey) {
	delete(t.byMessage, message)
	if t.remote && j.outcome == "" {
		t.applied = append(t.applied, j)
		return
	}
	t.nothingNew(j)
}

// nothingNew ends those journeys that made no revision.
func (t *tracer) nothingNew(journeys ...*journey) {
	for _, j := range journeys {
		if !j.at[stored].IsZero() {
			continue
		}
		if j.outcome == "" {
			j.outcome = "nothing new"
		}
		t.end(j)
	}
}

// lost ends the journeys that end without a function.
func (t *tracer) lost(f world.Fact) {
	switch f := f.(type) {
	case sqs.DeadLettered:
		t.lose(f.Message.ID, "dead letter: redrive")
	case sqs.Expired:
		t.lose(f.Message.ID, "too old for its queue")
	case sqs.Purged:
		for id := range t.byMessage {
			if f.Queue == t.names.changes {
				t.lose(id, "purged")
			}
		}
	case eventbridge.Dropped:
		if j := t.byEnvelope[f.Delivery.Event.ID]; j != nil && j.at[queued].IsZero() {
			j.outcome = "lost: " + f.Reason
			t.end(j)
		}
	case lambda.Discarded:
		for _, number := range f.Items {
			for _, j := range t.bySequence[number] {
				j.outcome = "not announced: " + f.Condition
				t.end(j)
			}
			delete(t.bySequence, number)
		}
	}
}

// lose ends the journey of a message of the change queue.
func (t *tracer) lose(message, outcome string) {
	if j := t.byMessage[message]; j != nil {
		delete(t.byMessage, message)
		j.outcome = outcome
		t.end(j)
	}
}

func (t *tracer) end(j *journey) {
	if t.byEnvelope[j.envelope] != j {
		return
	}
	delete(t.byEnvelope, j.envelope)
	if t.journeys[j.id] == j {
		delete(t.journeys, j.id)
	}
	t.latencies.add(j)
	t.ended(j)
}
