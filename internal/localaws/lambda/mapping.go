package lambda

import "time"

// maxPayload is what Lambda takes as the payload of a synchronous invocation,
// in bytes: 6 MB.
const maxPayload = 6 << 20

// An Invocation asks for one run of a function. It is never changed after it
// was handed out.
type Invocation struct {
	ID       string // a UUID: the request id that the function sees
	Function string // its name
	Payload  []byte // JSON, at most 6 MB

	// Mapping is the id of the event source mapping that wants it; empty for a
	// direct invocation.
	Mapping string

	// Items are the message ids or the sequence numbers in the payload, in
	// their order there.
	Items []string

	// Attempt counts the invocations with these records of a stream, from 1.
	// It is always 1 for a queue, which counts receives itself.
	Attempt int

	// Trace is the X-Ray trace header to hand to the function; empty lets the
	// runtime make one.
	Trace string
}

// A Result is what became of an Invocation. With a nil Err, Payload is the
// answer. An Err that wraps ErrThrottled says that the function never ran; any
// other is a failure of the function (in the runtime's case a *FunctionError).
type Result struct {
	Payload []byte
	Err     error
}

// A Mapping is one event source mapping. It is not safe for concurrent use.
type Mapping interface {
	// ID names the mapping: the one configured, or a UUID.
	ID() string
	// Function is the name of the function that it invokes.
	Function() string
	// Next returns a batch that is due now, within the mapping's concurrency.
	// It may take messages or records from the source even where it returns
	// none. Call it until it returns none.
	Next() (*Invocation, bool)
	// Wake is when Next may return a batch without anything else happening
	// (nothing sent, nothing finished). Ask it after Next returned none.
	Wake() (time.Time, bool)
	// Finish takes the outcome: acknowledges, schedules retries, splits or
	// discards. An invocation that is not in flight is ignored.
	Finish(*Invocation, Result)
	// State is a copy of what the mapping holds, for tests and observers.
	State() State
}

var (
	_ Mapping = (*QueueMapping)(nil)
	_ Mapping = (*StreamMapping)(nil)
)
