package changes

import (
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// Now is a time at which the ids of valid cases are neither too old nor from
// the future. The malformed cases about time are so by any clock from 2017 to
// the year 4999.
var Now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// Outcomes that Bus and Queue name; DeadLetter is followed by a Code and the
// other prefixes by the service's error code.
const (
	// Accepted: the change is applied.
	Accepted = "accepted"
	// DeadLetter: it lies in the change queue's dead-letter queue, with the code
	// as ERROR_CODE, after the first delivery.
	DeadLetter = "dead_letter:"
	// EntryError: PutEvents answers with this ErrorCode for the entry.
	EntryError = "entry_error:"
	// SendError: SendMessage answers with this error.
	SendError = "send_error:"
	// Unmatched: the bus takes it and no rule matches.
	Unmatched = "unmatched"
	// CannotTravel: the bytes cannot be written as a JSON string, so no client
	// can send them on this way; what it would send instead is another text.
	CannotTravel = "cannot_travel"
)

// A Case is one golden change. Text is to be left as it is.
type Case struct {
	Name string
	// Text is the detail; or, where Envelope says so, a whole queue message.
	Text     []byte
	Envelope bool
	// DetailType is the envelope's: events.DetailTypeChange unless the case is
	// about that.
	DetailType string

	// Code and Field are the refusal's; Code is empty for a valid case.
	Code  events.Code
	Field string
	// Change is what a valid case decodes to. A change without an id of its own
	// has the zero ID.
	Change events.PreferenceChange
	// SchemaAccepts tells that events.ChangeSchema takes the text, because the
	// fault is not one that a schema can express. Not for envelopes.
	SchemaAccepts bool

	// HTTP is for the text as the body of POST /preferences; a zero Status
	// means that the case is none for that entrance.
	HTTP HTTP
	// Bus is for the text as the Detail of a PutEvents entry with DetailType;
	// empty: none for that entrance.
	Bus string
	// Queue is for Body, sent to the change queue.
	Queue string
}

// HTTP is the answer of the HTTP API: its status and the field that its message
// names (empty: none, the fault is the whole text's).
type HTTP struct {
	Status int    `json:"status"`
	Field  string `json:"field"`
}

// Body is the case as a queue message: the text within an envelope with this id
// and time, or the text itself where that is an envelope. Broken JSON stays as
// broken.
func (c *Case) Body(id string, at time.Time) []byte {
	if c.Envelope {
		return c.Text
	}
	e := events.Envelope{ID: id, Source: "golden", DetailType: c.DetailType, Time: at, Detail: c.Text}
	return e.AppendJSON(nil)
}
