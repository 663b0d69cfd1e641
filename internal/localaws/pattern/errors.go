package pattern

import "fmt"

// Error says why a pattern is refused. EventBridge answers it as
// InvalidEventPatternException.
type Error struct {
	Path   string // the dotted path of the field, "" for the pattern as a whole
	Reason string // the rule that is broken, in event-ruler's words where it has them
}

// Error gives the message as EventBridge words it, with the field at its end.
func (e *Error) Error() string {
	message := "Event pattern is not valid. Reason: " + e.Reason
	if e.Path != "" {
		message += " (field " + e.Path + ")"
	}
	return message
}

func refuse(path, format string, args ...any) *Error {
	return &Error{Path: path, Reason: fmt.Sprintf(format, args...)}
}
