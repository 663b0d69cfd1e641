package expression

import "fmt"

// An Error is the message of a ValidationException, or its part after "Invalid
// ConditionExpression: " and the like.
type Error string

// Error is the message.
func (e Error) Error() string { return string(e) }

func failf(format string, args ...any) error { return Error(fmt.Sprintf(format, args...)) }
