package trail

import (
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
)

// put follows an event that a bus took.
func (r *Recorder) put(f *eventbridge.Put) {
	switch f.Event.DetailType {
	case events.DetailTypeChange:
		if t, envelope := r.trailOf(f.Event.Envelope()); t != nil {
			n := t.numbers[envelope]
			r.published(t, f.Bus, n)
			t.begin(step{kind: bus, start: r.now(), place: f.Bus, id: f.Event.ID, sending: n})
		}
	case events.DetailTypeUpdated:
		r.announced(&f.Event)
	}
}

// longestSaid bounds how long a bot may plausibly have taken to publish what it said.
const longestSaid = time.Minute

// published adds the first hop of a sending. The first one begins when the change was said,
// by its id, if that was just now.
func (r *Recorder) published(t *trail, place string, n int) {
	now := r.now()
	s := step{kind: publish, start: now, place: place, sending: n}
	if place == r.names.Changes {
		s.system = sqsSystem
	}
	if id, err := events.ParseStamp(t.id); err == nil && n == 1 {
		if ago := now.Sub(id.Time()); ago > 0 && ago < longestSaid {
			s.start = id.Time()
		}
	}
	r.end(t, t.begin(s))
}

// announced follows an announcement: a hop of each of its causes. A snapshot has none.
func (r *Recorder) announced(e *eventbridge.Event) {
	var u events.PreferencesUpdated
	if u.UnmarshalJSON([]byte(e.Detail)) != nil || u.Snapshot {
		return
	}
	a := &announcement{at: r.now()}
	ids := texts(u.CausedBy)
	for _, id := range ids {
		t := r.byID[id]
		if t == nil {
			continue
		}
		if s := t.open(republish, ""); s != nil {
			s.event, s.revision, s.previous, s.with = e.ID, u.Revision, u.PreviousRevision, others(ids, id)
			t.numbers[e.ID] = s.sending
		}
		a.causes = append(a.causes, t)
		t.forget = append(t.forget, func() { delete(r.byEvent, e.ID) })
	}
	if len(a.causes) > 0 {
		r.byEvent[e.ID] = a
	}
}

func texts(stamps []events.Stamp) []string {
	list := make([]string, len(stamps))
	for i, s := range stamps {
		list[i] = s.String()
	}
	return list
}

func others(ids []string, own string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == own })
}

// sent follows a message that arrived in a queue.
func (r *Recorder) sent(f *sqs.Sent) {
	body := []byte(f.Message.Body)
	switch f.Queue {
	case r.names.Changes:
		t, envelope := r.trailOf(body)
		r.queued(t, envelope, f.Message.ID, "")
	case r.names.Letters:
		t, envelope := r.trailOf(body)
		r.lettered(t, envelope, f.Queue, f.Message.Attributes)
	case r.names.Unannounced:
		var missed struct {
			First string `json:"sequence_number"`
		}
		if json.Unmarshal(body, &missed) == nil {
			for _, t := range r.byNumber[missed.First] {
				r.lettered(t, missed.First, f.Queue, f.Message.Attributes)
			}
		}
	default:
		r.arrived(body, f.Queue, f.Message.ID)
	}
}

// queued follows a change into the change queue, over the bus or past it.
func (r *Recorder) queued(t *trail, envelope, message, note string) {
	if t == nil {
		return
	}
	n := t.numbers[envelope]
	if onBus := t.open(bus, envelope); onBus != nil {
		r.end(t, onBus)
	} else if !t.has(n) {
		r.published(t, r.names.Changes, n)
	}
	t.numbers[message] = n
	t.begin(step{kind: queue, start: r.now(), place: r.names.Changes, id: message, note: note, sending: n})
	r.byMessage[message] = t
	t.forget = append(t.forget, func() { delete(r.byMessage, message) })
}

// lettered ends the way of a change in a dead-letter queue. from is the envelope, or the
// record of the stream, that became the letter.
func (r *Recorder) lettered(t *trail, from, place string, attributes map[string]sqs.Attribute) {
	if t == nil {
		return
	}
	code, message := attributes["ERROR_CODE"].StringValue, attributes["ERROR_MESSAGE"].StringValue
	if onBus := t.open(bus, from); onBus != nil {
		onBus.failed = code
		r.end(t, onBus)
	}
	r.deadLetter(t, t.numbers[from], place, code, message)
}

func (r *Recorder) deadLetter(t *trail, n int, place, code, why string) {
	t.outcome = "dead letter: " + code
	s := t.branch(step{kind: letter, start: r.now(), place: place, note: why, failed: code, sending: n}, t.tip)
	r.end(t, s)
}

// arrived follows an event to a subscriber: to its queue or to its function.
func (r *Recorder) arrived(body []byte, place, id string) {
	e, err := events.DecodeEnvelope(body)
	if err != nil {
		return
	}
	if a := r.byEvent[e.ID]; a != nil {
		for _, t := range a.causes {
			r.delivered(t, t.numbers[e.ID], a.at, place, id, "")
		}
	} else if t := r.byEnvelope[e.ID]; t != nil && e.DetailType == events.DetailTypeChange {
		r.delivered(t, t.numbers[e.ID], r.now(), place, id, "the change itself")
	}
}

func (r *Recorder) delivered(t *trail, n int, from time.Time, place, id, note string) *step {
	s := t.branch(step{kind: deliver, start: from, place: place, id: id, note: note, sending: n}, t.tip)
	if s == nil {
		return nil
	}
	r.end(t, s)
	if id != "" {
		r.deliveries[id] = append(r.deliveries[id], delivery{t, s})
		t.forget = append(t.forget, func() { delete(r.deliveries, id) })
	}
	return s
}
