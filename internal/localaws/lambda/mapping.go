package lambda

import "time"

// maxPayload is what Lambda takes as the payload of a synchronous invocation,
// in bytes: 6 MB.
const maxPayload = 6 << 20

// An Invocation asks for one run of a function. It does not change after Next has
// returned it.
type Invocation struct {
	ID       string // a UUID: the request id that the function sees
	Function string // its name
	Payload  []byte // JSON, at most 6 MB

	// Mapping is the id of the event source mapping; empty for a direct invocation.
	Mapping string

	// Items are the message ids or the sequence numbers in the payload, in
	// their order there. An asynchronous invocation has its own ID here.
	Items []string

	// Attempt counts the invocations with these records of a stream, or with this
	// event, from 1. It is always 1 for a queue, which counts receives itself.
	Attempt int

	// Newest is when the last record of a stream's batch was written; zero for others.
	Newest time.Time

	// Trace is the X-Ray trace header for the function; if it is empty, the runtime
	// makes one.
	Trace string
}

// A Result is the outcome of an Invocation. If Err is nil, Payload is the answer. An
// Err that wraps ErrThrottled says that the function never ran. Any other Err is a
// failure of the function (from the runtime, a *FunctionError).
type Result struct {
	Payload []byte
	Err     error
}

// A Mapping is one event source mapping, or the queue of a function's asynchronous
// invocations. It is not safe for concurrent use.
type Mapping interface {
	// ID names the mapping: the one configured, or a UUID.
	ID() string
	// Function is the name of the function that it invokes.
	Function() string
	// Next returns a batch that is due now, within the mapping's concurrency. It may
	// take messages or records from the source even if it returns no batch. Call it
	// until it returns none.
	Next() (*Invocation, bool)
	// Wake returns when Next may return a batch although nothing else happens (nothing
	// is sent, nothing ends). Call it after Next has returned none.
	Wake() (time.Time, bool)
	// Finish receives the outcome: it acknowledges, schedules retries, splits or
	// discards. It ignores an invocation that is not in flight.
	Finish(*Invocation, Result)
	// State returns a copy of the mapping's state, for tests and observers.
	State() State
}

var (
	_ Mapping = (*QueueMapping)(nil)
	_ Mapping = (*StreamMapping)(nil)
)
