package trail

import (
	"sync"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/localrun/otlp"
)

// Kept is how many changes a Recorder remembers: the last ones.
const Kept = 2000

// Names are the resources that a Recorder tells apart from those of subscribers.
type Names struct {
	Changes     string // the change queue
	Letters     string // its dead-letter queue
	Unannounced string // the dead-letter queue of announcements
	Table       string

	Endpoints map[string]string // names of API destinations, by their ARN

	// StackID salts the hashes of users and conversations in spans, as it does in the
	// functions' log lines.
	StackID string
}

// A Recorder follows changes. Safe for concurrent use.
type Recorder struct {
	names Names
	now   func() time.Time
	span  func(otlp.Span) // receives each hop that has ended; nil: nobody does

	mu          sync.Mutex
	kept        []*trail // a ring
	next        int      // where the next one goes
	byID        map[string]*trail
	byEnvelope  map[string]*trail
	byMessage   map[string]*trail   // of the change queue
	byNumber    map[string][]*trail // by the sequence number of a record
	byEvent     map[string]*announcement
	deliveries  map[string][]delivery // by the message or the request that a subscriber gets
	invocations map[string]*invocation
}

// An announcement is an event with several causes.
type announcement struct {
	at     time.Time
	causes []*trail
}

// A delivery is an announcement at a subscriber, as a hop of one of its causes.
type delivery struct {
	trail *trail
	step  *step
}

// New is a Recorder. span is called with each hop when it has ended, while the cloud is
// locked: it must not block. It may be nil.
func New(n Names, now func() time.Time, span func(otlp.Span)) *Recorder {
	return &Recorder{
		names: n, now: now, span: span, kept: make([]*trail, Kept),
		byID: map[string]*trail{}, byEnvelope: map[string]*trail{}, byMessage: map[string]*trail{}, byNumber: map[string][]*trail{},
		byEvent: map[string]*announcement{}, deliveries: map[string][]delivery{}, invocations: map[string]*invocation{},
	}
}

// Observe receives a fact; see world.World.
func (r *Recorder) Observe(f world.Fact) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch f := f.(type) {
	case eventbridge.Put:
		r.put(&f)
	case sqs.Sent:
		r.sent(&f)
	case lambda.Queued:
		r.arrived(f.Payload, f.Function, f.ID)
	case lambda.Started:
		r.started(f.Invocation)
	case lambda.Finished:
		r.finished(&f)
	case dynamodb.Changed:
		r.changed(&f.Record)
	default:
		r.rare(f)
	}
}

// trailOf finds or makes the trail of the change in an envelope, and returns the envelope's
// id. A change that came before in another envelope keeps its trail: it was sent once more.
// nil: it is no envelope.
func (r *Recorder) trailOf(envelope []byte) (*trail, string) {
	e, err := events.DecodeEnvelope(envelope)
	if err != nil {
		return nil, ""
	}
	if t := r.byEnvelope[e.ID]; t != nil {
		return t, e.ID
	}
	var t *trail
	if c, err := events.DecodeChange(envelope); err == nil {
		if t = r.byID[c.ID.String()]; t == nil {
			t = r.keep(newTrail(&e, &c, r.names.StackID))
		}
	} else {
		t = r.keep(newTrail(&e, nil, r.names.StackID))
	}
	r.index(t, e.ID)
	t.sent(&e, r.now())
	return t, e.ID
}

// index finds a trail by an envelope too, as long as the trail is kept.
func (r *Recorder) index(t *trail, envelope string) {
	if envelope != "" {
		r.byEnvelope[envelope] = t
		t.forget = append(t.forget, func() { delete(r.byEnvelope, envelope) })
	}
}

// keep remembers a trail, and forgets the oldest one in its place.
func (r *Recorder) keep(t *trail) *trail {
	if old := r.kept[r.next]; old != nil {
		for _, forget := range old.forget {
			forget()
		}
		old.forget = nil
	}
	r.kept[r.next] = t
	r.next = (r.next + 1) % len(r.kept)
	r.byID[t.id] = t
	t.forget = append(t.forget, func() {
		if r.byID[t.id] == t {
			delete(r.byID, t.id)
		}
	})
	return t
}

// end ends a step, and hands it over as a span.
func (r *Recorder) end(t *trail, s *step) {
	if s == nil || !s.end.IsZero() {
		return
	}
	s.end = r.now()
	if r.span != nil {
		r.span(t.toSpan(s))
	}
}
