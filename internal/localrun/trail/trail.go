package trail

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localrun/otlp"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// A kind is a kind of hop.
type kind int

// The hops, in the order in which a change usually takes them.
const (
	publish   kind = iota // from the bot to the bus, or to the change queue
	bus                   // from the bus to the change queue
	queue                 // in the change queue
	apply                 // merged into the profile
	stream                // in the table's stream
	republish             // announced
	deliver               // from the bus to a subscriber
	process               // in a subscriber
	letter                // in a dead-letter queue; takes no time
)

// A step is one hop of a change. Its end is zero while it is under way.
type step struct {
	kind       kind
	start, end time.Time
	place      string   // the bus, queue, table or function
	from       string   // what a function's batch was taken from
	system     string   // overrides that of the kind: see forms
	id         string   // the envelope, message, record or request
	batch      int      // messages or records of the invocation
	attempt    int      // of the invocation, from 1; 0: not counted
	with       []string // ids of other changes that were written or announced together
	event      string   // the announcement's envelope
	revision   int64
	previous   int64
	note       string // for the person at the terminal
	failed     string // what went wrong

	span, parent otlp.SpanID
	remote       bool // the parent is the bot's own span
	invocation   otlp.Link

	sending int // which time the change was sent, from 1; 0: that of the parent
}

// A sending is one time that a change was sent, in an envelope of its own.
type sending struct {
	source string
	at     time.Time
}

// A trail is the way of one change.
type trail struct {
	id                         string // a ULID; of a change that cannot be read, the envelope's id
	source                     string
	user                       string // empty: the change cannot be read
	keys                       []string
	userHash, conversationHash string
	traced                     string // the bot's traceparent; empty: none
	trace                      otlp.TraceID
	tip                        otlp.SpanID // the last step on the way from the bot to the announcement
	steps                      []*step
	outcome                    string // empty: as the steps say
	forget                     []func()

	sendings []sending
	numbers  map[string]int // of a sending, from 1, by its envelope, its messages and its records
}

// maxSteps bounds one trail. Redeliveries beyond it are followed no more.
const maxSteps = 200

func newTrail(e *events.Envelope, c *events.PreferenceChange, stackID string) *trail {
	t := &trail{id: e.ID, source: e.Source, numbers: map[string]int{}}
	if c != nil {
		t.id, t.user, t.keys, t.traced = c.ID.String(), c.UserID, Keys(c), c.Traceparent
		t.trace = otlp.TraceID(c.ID)
		t.userHash, t.conversationHash = telemetry.UserHash(stackID, c.UserID), telemetry.ConversationHash(stackID, c.ConversationID)
	} else {
		sum := sha256.Sum256([]byte(e.ID))
		copy(t.trace[:], sum[:])
	}
	if t.traced != "" {
		_, _ = hex.Decode(t.trace[:], []byte(t.traced[3:35]))
		_, _ = hex.Decode(t.tip[:], []byte(t.traced[36:52]))
	}
	return t
}

// Keys are what a change is about, for a person: its keys, and (erase) for a replace.
func Keys(c *events.PreferenceChange) []string {
	keys := c.Preferences.Keys()
	if c.Replace {
		keys = append([]string{"(erase)"}, keys...)
	}
	return keys
}

// begin adds a step that is under way, as the next one on the way; nil where there are
// too many.
func (t *trail) begin(s step) *step {
	added := t.branch(s, t.tip)
	if added != nil {
		added.remote = t.traced != "" && len(t.steps) == 1
		t.tip = added.span
	}
	return added
}

// branch adds a step behind another one, beside the way.
func (t *trail) branch(s step, parent otlp.SpanID) *step {
	if len(t.steps) >= maxSteps {
		return nil
	}
	sum := sha256.Sum256([]byte(t.id + "/" + string(rune('a'+len(t.steps)))))
	copy(s.span[:], sum[:])
	s.parent = parent
	if s.sending == 0 {
		s.sending = t.sendingOf(parent)
	}
	t.steps = append(t.steps, &s)
	return &s
}

// sent notes that the change was sent, perhaps once more.
func (t *trail) sent(e *events.Envelope, at time.Time) {
	t.sendings = append(t.sendings, sending{e.Source, at})
	t.numbers[e.ID] = len(t.sendings)
}

// sendingOf is the sending of the step with a span; the last one where there is none.
func (t *trail) sendingOf(span otlp.SpanID) int {
	for _, s := range t.steps {
		if s.span == span {
			return s.sending
		}
	}
	return len(t.sendings)
}

// has tells whether a sending has a step.
func (t *trail) has(sending int) bool {
	return slices.ContainsFunc(t.steps, func(s *step) bool { return s.sending == sending })
}

// open finds the last step of a kind that is under way, by its id where that is given.
func (t *trail) open(k kind, id string) *step {
	for i := len(t.steps) - 1; i >= 0; i-- {
		if s := t.steps[i]; s.kind == k && s.end.IsZero() && (id == "" || s.id == id) {
			return s
		}
	}
	return nil
}

// last finds the last step of a kind, whether it has ended or not.
func (t *trail) last(k kind) *step {
	for i := len(t.steps) - 1; i >= 0; i-- {
		if t.steps[i].kind == k {
			return t.steps[i]
		}
	}
	return nil
}

// result is what became of the change so far.
func (t *trail) result() string {
	stored, announced := false, false
	for _, s := range t.steps {
		stored = stored || s.kind == apply && s.revision > 0
		announced = announced || s.event != ""
	}
	under := len(t.steps) > 0 && t.steps[len(t.steps)-1].end.IsZero()
	switch {
	case t.outcome != "":
		return t.outcome
	case announced:
		return "announced"
	case under:
		return "under way"
	case stored:
		return "stored, and not announced"
	case t.last(apply) != nil:
		return "nothing new"
	}
	return "under way"
}
