package lambda

import "errors"

// ErrThrottled says that the function did not run because its concurrency was
// used up (TooManyRequestsException). A stream retries such a batch without
// counting it as an attempt.
var ErrThrottled = errors.New("TooManyRequestsException: Rate Exceeded.")

// ErrRequestTooLarge says that the function did not run because the payload is
// over 6 MB (RequestTooLargeException).
var ErrRequestTooLarge = errors.New("RequestTooLargeException: the payload is over 6291456 bytes")

// A FunctionError is an invocation that Lambda answers with
// X-Amz-Function-Error: the handler returned an error, panicked, exited or ran
// out of time.
type FunctionError struct {
	Type    string // for example "errorString", "Runtime.ExitError", "Sandbox.Timedout"
	Message string
	Payload []byte // the error object as the function reported it, if it did
}

// Error returns type and message.
func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }
