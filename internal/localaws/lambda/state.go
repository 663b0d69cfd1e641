package lambda

import "time"

// State is the state of a mapping at one moment. It shares nothing that changes.
type State struct {
	Mapping  string
	Function string

	// Buffered counts messages or records that were taken from the source and
	// are not in flight, retries included.
	Buffered int

	// InFlight lists the invocations that Next returned and that are not finished,
	// oldest first.
	InFlight []*Invocation

	// Checkpoint is the sequence number up to which every record of the stream
	// is done; empty for a queue, and before the first record is done.
	Checkpoint string

	// Lanes are a stream's lanes, one per parallel batch; nil for a queue.
	Lanes []LaneState
}

// LaneState is one of a stream mapping's parallel batches.
type LaneState struct {
	Buffered int       // records waiting, retries included
	InFlight int       // records in the batch that is being worked on
	Attempts int       // invocations so far of the batch that is retried or in flight
	Retries  int       // of those, the ones that count against MaximumRetryAttempts
	RetryAt  time.Time // when the waiting retry is due; zero where none waits
}
