package wire

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Error is a service's error as the client's SDK sees it.
type Error struct {
	Code    string // the error shape, such as "ConditionalCheckFailedException"
	Message string
	Status  int // of the HTTP answer; 0 means 400

	// Query is the code of the same error in the older query protocol (SQS only). It
	// travels in X-Amzn-Query-Error.
	Query string

	// Members are further members of the error shape, such as "Item".
	Members map[string]any
}

// Error returns code and message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Errorf makes an Error with status 400.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Unsupported refuses by name what localaws does not support. Clients do not retry it.
func Unsupported(format string, args ...any) *Error {
	return Errorf("LocalAWSUnsupported", "localaws does not support "+format, args...)
}

// Pending is the error of a Call without an answer yet. The driver runs the same Call
// again when there may be an answer, and at the latest at Until. From Until on the Call
// must answer.
type Pending struct {
	Until time.Time

	// On is what the Call waits for; nil: any change.
	On Source
}

// A Source is something that several Calls can wait for and take from, such as a queue.
// Sources are compared with ==. While one is ready its waiting Calls are run one after
// the other, the one that waits longest first.
type Source interface {
	// Ready tells whether a waiting Call would have an answer now. Like a Call it must
	// be serialized with the machine.
	Ready() bool
}

// Error implements the error interface; clients never see it.
func (p *Pending) Error() string { return "pending until " + p.Until.Format(time.RFC3339Nano) }

func decodeError(err error) *Error {
	var semantic *json.SemanticError
	if errors.As(err, &semantic) && errors.Is(err, json.ErrUnknownName) {
		return Unsupported("the input member %s", pointer(semantic.JSONPointer))
	}
	if errors.As(err, &semantic) {
		return Errorf("SerializationException", "%s: wrong type", pointer(semantic.JSONPointer))
	}
	return Errorf("SerializationException", "the request body is not valid JSON: %v", err)
}

func pointer(p jsontext.Pointer) string {
	return strings.ReplaceAll(strings.TrimPrefix(string(p), "/"), "/", ".")
}
