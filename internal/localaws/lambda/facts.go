package lambda

import "time"

// Started is the fact that a mapping handed out a batch.
type Started struct {
	Mapping    string
	Invocation *Invocation
	Size       int // messages or records
}

// Finished is the fact that a batch came back.
type Finished struct {
	Mapping    string
	Invocation *Invocation
	Result     Result
	Duration   time.Duration // since Started, by the World's clock

	// Failures are the message ids or sequence numbers that are not done: all
	// of them where the function failed or its answer was no valid report. For
	// a stream these are all records from the lowest reported one on.
	Failures []string

	// Reason says why they are not done; empty where nothing failed.
	Reason string
}

// Filtered is the fact that a mapping's filter dropped messages (which are
// deleted) or records (which are passed).
type Filtered struct {
	Mapping  string
	Function string   // the mapping's
	Items    []string // message ids or sequence numbers
}

// Discarded is the fact that a stream mapping gave records up.
type Discarded struct {
	Mapping   string
	Condition string   // "RetryAttemptsExhausted" or "RecordAgeExceeded"
	Items     []string // sequence numbers
	Message   string   // as sent to the failure destination; empty where there is none
	Err       error    // of the failure destination: the message is lost, as it is in Lambda
}
