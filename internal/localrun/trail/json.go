package trail

import (
	"encoding/hex"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The form of a trail as JSON. Times are RFC 3339 in UTC.
type trailJSON struct {
	EventID     string        `json:"event_id"`
	UserID      string        `json:"user_id,omitzero"` // absent: the change cannot be read
	Keys        []string      `json:"keys,omitzero"`
	TraceID     string        `json:"trace_id"`
	Traceparent string        `json:"traceparent,omitzero"` // the bot's
	Outcome     string        `json:"outcome"`
	Sendings    []sendingJSON `json:"sendings"` // each time that the change was sent
}

type sendingJSON struct {
	Source string    `json:"source"`
	At     time.Time `json:"at"`
	Hops   []hopJSON `json:"hops"`
}

type hopJSON struct {
	Hop              string    `json:"hop"`
	Place            string    `json:"place"`
	At               time.Time `json:"at"`
	TookMS           *float64  `json:"took_ms,omitzero"` // absent: it is under way
	Request          string    `json:"request,omitzero"` // of a function
	Batch            int       `json:"batch,omitzero"`   // messages or records of the request
	Attempt          int       `json:"attempt,omitzero"`
	Revision         int64     `json:"revision,omitzero"`
	PreviousRevision int64     `json:"previous_revision,omitzero"`
	FoldedWith       []string  `json:"folded_with,omitzero"` // ids of other changes
	Event            string    `json:"event,omitzero"`       // the announcement's envelope
	Note             string    `json:"note,omitzero"`
	Failed           string    `json:"failed,omitzero"`
}

// AppendJSON appends the way of a change as a JSON object: event_id, user_id, keys, trace_id,
// traceparent, outcome and sendings, each with its hops. The error is ErrUnknown.
func (r *Recorder) AppendJSON(b []byte, id string) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.find(id)
	if t == nil {
		return b, ErrUnknown
	}
	text, err := json.Marshal(t.json(), json.FormatNilSliceAsNull(false), jsontext.AllowInvalidUTF8(true))
	return append(b, text...), err
}

func (t *trail) json() trailJSON {
	out := trailJSON{EventID: t.id, UserID: t.user, Keys: t.keys, TraceID: hex.EncodeToString(t.trace[:]), Traceparent: t.traced, Outcome: t.result()}
	for i, one := range t.sendings {
		s := sendingJSON{Source: one.source, At: one.at.UTC()}
		for _, hop := range t.steps {
			if hop.sending == i+1 {
				s.Hops = append(s.Hops, hop.json())
			}
		}
		out.Sendings = append(out.Sendings, s)
	}
	return out
}

func (s *step) json() hopJSON {
	h := hopJSON{
		Hop: s.kind.String(), Place: s.place, At: s.start.UTC(), Batch: s.batch, Attempt: s.attempt, Revision: s.revision,
		PreviousRevision: s.previous, FoldedWith: s.with, Event: s.event, Note: s.note, Failed: s.failed,
	}
	if !s.end.IsZero() {
		took := float64(s.end.Sub(s.start)) / float64(time.Millisecond)
		h.TookMS = &took
	}
	if s.batch > 0 {
		h.Request = s.id
	}
	return h
}
