package lambda

import "time"

// Started reports that a mapping returned a batch.
type Started struct {
	Mapping    string
	Invocation *Invocation
	Size       int // messages or records
}

// Finished reports the end of a batch.
type Finished struct {
	Mapping    string
	Invocation *Invocation
	Result     Result
	Duration   time.Duration // since Started, by the World's clock

	// Failures lists the message ids or sequence numbers that are not done. It lists
	// all of them if the function failed or its answer was not a valid report. For a
	// stream it lists all records from the lowest reported one on.
	Failures []string

	// Reason says why they are not done; empty if nothing failed.
	Reason string
}

// Queued reports that Lambda accepted an event for the asynchronous invocation of a
// function.
type Queued struct {
	Function string
	ID       string // of the request, and so of all its invocations
	Payload  []byte
}

// GivenUp reports that Lambda stopped trying an event of an asynchronous invocation.
type GivenUp struct {
	Function  string
	ID        string // of the request
	Condition string // "RetriesExhausted" or "EventAgeExceeded"
	Message   string // as sent to the failure destination; empty if there is none
	Err       error  // of the failure destination: the event is lost, as it is in Lambda
}

// Filtered reports that a mapping's filter dropped messages (which are deleted) or
// records (which are passed).
type Filtered struct {
	Mapping  string
	Function string   // the mapping's
	Items    []string // message ids or sequence numbers
}

// Discarded reports that a stream mapping stopped retrying records.
type Discarded struct {
	Mapping   string
	Condition string   // "RetryAttemptsExhausted" or "RecordAgeExceeded"
	Items     []string // sequence numbers
	Message   string   // as sent to the failure destination; empty if there is none
	Err       error    // of the failure destination: the message is lost, as it is in Lambda
}
