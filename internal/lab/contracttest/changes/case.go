package changes

import (
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// Now is a time at which the ids of the valid cases are neither too old nor in the
// future. The malformed cases about time are malformed by any clock from the year 2017
// to 4999.
var Now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// The outcomes that Bus and Queue name. DeadLetter is followed by a Code, and the other
// prefixes by the service's error code.
const (
	// Accepted means that the change is applied.
	Accepted = "accepted"
	// DeadLetter means that the change goes to the change queue's dead-letter queue
	// after the first delivery, with the code as ERROR_CODE.
	DeadLetter = "dead_letter:"
	// EntryError means that PutEvents answers with this ErrorCode for the entry.
	EntryError = "entry_error:"
	// SendError means that SendMessage answers with this error.
	SendError = "send_error:"
	// Unmatched means that the bus accepts the event and no rule matches it.
	Unmatched = "unmatched"
	// CannotTravel means that the bytes cannot be written as a JSON string, so no
	// client can send them on this route.
	CannotTravel = "cannot_travel"
)

// A Case is one golden change. Do not modify Text.
type Case struct {
	Name string
	// Text is the detail or, if Envelope is true, a whole queue message.
	Text     []byte
	Envelope bool
	// DetailType is the envelope's: events.DetailTypeChange, unless the case tests it.
	DetailType string

	// Code and Field are those of the refusal. Code is empty for a valid case.
	Code  events.Code
	Field string
	// Change is what a valid case decodes to. A change without an id of its own has the
	// zero ID.
	Change events.PreferenceChange
	// SchemaAccepts tells that events.ChangeSchema accepts the text, because a schema
	// cannot express the fault. It is not used for envelopes.
	SchemaAccepts bool

	// HTTP is the answer to the text as the body of POST /preferences. A zero Status
	// means that the case does not apply to that entrance.
	HTTP HTTP
	// Bus is the outcome of the text as the Detail of a PutEvents entry with
	// DetailType. If it is empty, the case does not apply to that entrance.
	Bus string
	// Queue is the outcome of Body, sent to the change queue.
	Queue string
}

// HTTP is the answer of the HTTP API: its status and the field that its message names.
// The field is empty if the whole text is at fault.
type HTTP struct {
	Status int    `json:"status"`
	Field  string `json:"field"`
}

// Body returns the case as a queue message. That is the text within an envelope with
// this id and time, or the text itself if it is an envelope. Broken JSON stays broken.
func (c *Case) Body(id string, at time.Time) []byte {
	if c.Envelope {
		return c.Text
	}
	e := events.Envelope{ID: id, Source: "golden", DetailType: c.DetailType, Time: at, Detail: c.Text}
	return e.AppendJSON(nil)
}
