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
		if t := r.of(f.Event.Envelope()); t != nil {
			r.published(t, f.Bus)
			t.begin(step{kind: bus, start: r.now(), place: f.Bus, id: f.Event.ID})
		}
	case events.DetailTypeUpdated:
		r.announced(&f.Event)
	}
}

// longestSaid bounds how long a bot may plausibly have taken to publish what it said.
const longestSaid = time.Minute

// published adds the first hop. It begins when the change was said, by its id, if that
// was just now.
func (r *Recorder) published(t *trail, place string) {
	now := r.now()
	s := step{kind: publish, start: now, place: place}
	if place == r.names.Changes {
		s.system = sqsSystem
	}
	if id, err := events.ParseStamp(t.id); err == nil {
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
		r.queued(r.of(body), f.Message.ID, "")
	case r.names.Letters:
		r.lettered(r.of(body), f.Queue, f.Message.Attributes)
	case r.names.Unannounced:
		var missed struct {
			First string `json:"sequence_number"`
		}
		if json.Unmarshal(body, &missed) == nil {
			for _, t := range r.byNumber[missed.First] {
				r.lettered(t, f.Queue, f.Message.Attributes)
			}
		}
	default:
		r.arrived(body, f.Queue, f.Message.ID)
	}
}

// queued follows a change into the change queue, over the bus or past it.
func (r *Recorder) queued(t *trail, message, note string) {
	if t == nil {
		return
	}
	if onBus := t.open(bus, ""); onBus != nil {
		r.end(t, onBus)
	} else if len(t.steps) == 0 {
		r.published(t, r.names.Changes)
	}
	t.begin(step{kind: queue, start: r.now(), place: r.names.Changes, id: message, note: note})
	r.byMessage[message] = t
	t.forget = append(t.forget, func() { delete(r.byMessage, message) })
}

// lettered ends the way of a change in a dead-letter queue.
func (r *Recorder) lettered(t *trail, place string, attributes map[string]sqs.Attribute) {
	if t == nil {
		return
	}
	code, message := attributes["ERROR_CODE"].StringValue, attributes["ERROR_MESSAGE"].StringValue
	if onBus := t.open(bus, ""); onBus != nil {
		onBus.failed = code
		r.end(t, onBus)
	}
	r.deadLetter(t, place, code, message)
}

func (r *Recorder) deadLetter(t *trail, place, code, why string) {
	t.outcome = "dead letter: " + code
	s := t.branch(step{kind: letter, start: r.now(), place: place, note: why, failed: code}, t.tip)
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
			r.delivered(t, a.at, place, id, "")
		}
	} else if t := r.byEnvelope[e.ID]; t != nil && e.DetailType == events.DetailTypeChange {
		r.delivered(t, r.now(), place, id, "the change itself")
	}
}

func (r *Recorder) delivered(t *trail, from time.Time, place, id, note string) *step {
	s := t.branch(step{kind: deliver, start: from, place: place, id: id, note: note}, t.tip)
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
