package events

import "strings"

// An Outcome is what a sender knows of an event that was not confirmed.
type Outcome int

const (
	// Rejected means that the route refused this event as it is. Sending it again
	// cannot help.
	Rejected Outcome = iota + 1
	// NotSent means certainly not taken (throttled, or never offered). Sending it
	// again may help.
	NotSent
	// Uncertain means that the call failed without an answer. The event may have been
	// taken. Sending it again is harmless, for it has the same id.
	Uncertain
)

// String is the outcome in one word.
func (o Outcome) String() string {
	switch o {
	case Rejected:
		return "rejected"
	case NotSent:
		return "not sent"
	case Uncertain:
		return "uncertain"
	}
	return "unknown outcome"
}

// A SendError says why one event of a batch was not confirmed. Act on Outcome
// and Code, not on the text.
type SendError struct {
	Outcome Outcome
	Code    string // the service's error code, where it gave one
	// Persistent: NotSent for a reason that does not pass by itself, such as a
	// permission, the bus's name or expired credentials. Trying again in a moment
	// cannot help, and later it can.
	Persistent bool
	Err        error
}

// Error is one line.
func (e *SendError) Error() string {
	text := e.Outcome.String()
	if e.Code != "" {
		text += " (" + e.Code + ")"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return strings.ReplaceAll(text, "\n", "; ") // joined errors have a line each
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }
