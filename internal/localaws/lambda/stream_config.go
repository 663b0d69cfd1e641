package lambda

import (
	"fmt"
	"time"
)

// The limits that Lambda sets to event source mappings of DynamoDB streams.
const (
	defaultStreamBatch = 100
	maxParallel        = 10
	maxRetries         = 10_000
	minRecordAge       = 60 * time.Second
	maxRecordAge       = 604_800 * time.Second

	// retention is how long a stream keeps a record: 24 hours. A record that
	// is older is given up whatever MaximumRecordAge says.
	retention = 24 * time.Hour
)

// A StartingPosition says with which record of the stream a mapping begins.
type StartingPosition string

// The positions that a DynamoDB stream can be read from.
const (
	TrimHorizon StartingPosition = "TRIM_HORIZON" // the oldest record there is
	Latest      StartingPosition = "LATEST"       // the first one after the mapping was made
)

// StreamMappingConfig configures an event source mapping of a DynamoDB stream,
// under the names of Lambda's CreateEventSourceMapping.
type StreamMappingConfig struct {
	ID        string // of the mapping; empty: a UUID
	Function  string // the function's name
	StreamARN string
	ShardID   string // as the failure destination's message names it

	StartingPosition StartingPosition // required
	BatchSize        int              // 1 to 10,000; 0 means 100
	Window           time.Duration    // MaximumBatchingWindowInSeconds, 0 to 300 s

	// ParallelizationFactor is the number of batches that may be in flight, 1
	// to 10; 0 means 1. Records with the same keys never overtake each other.
	ParallelizationFactor int

	// BisectBatchOnFunctionError splits a failed batch in two instead of
	// retrying it; splitting consumes no retries.
	BisectBatchOnFunctionError bool

	// MaximumRetryAttempts is how often a failed batch is retried before it is
	// discarded: 0 to 10,000, or -1 for no limit. No limit is Lambda's default, but not
	// Go's zero value.
	MaximumRetryAttempts int

	// MaximumRecordAge discards records that are older: 60 s to 7 days; -1 or
	// 0 leaves it to the stream's retention of 24 hours.
	MaximumRecordAge time.Duration

	// ReportBatchItemFailures is the function response type of that name.
	ReportBatchItemFailures bool

	// Match is the filter: it gets one record as the function would. Records
	// that it refuses are passed. Nil lets everything through.
	Match func(record []byte) bool
}

// Validate says which field breaks which of Lambda's rules.
func (c StreamMappingConfig) Validate() error {
	age := c.MaximumRecordAge
	switch {
	case c.Function == "":
		return fmt.Errorf("stream mapping %q: Function is required", c.ID)
	case c.StartingPosition != TrimHorizon && c.StartingPosition != Latest:
		return fmt.Errorf("stream mapping of %s: StartingPosition is %q, not TRIM_HORIZON or LATEST", c.Function, c.StartingPosition)
	case c.BatchSize < 0 || c.BatchSize > maxBatch:
		return fmt.Errorf("stream mapping of %s: BatchSize is %d, not between 1 and %d", c.Function, c.BatchSize, maxBatch)
	case c.Window < 0 || c.Window > maxWindow:
		return fmt.Errorf("stream mapping of %s: MaximumBatchingWindowInSeconds is %v, not between 0 and 300 s", c.Function, c.Window)
	case c.ParallelizationFactor < 0 || c.ParallelizationFactor > maxParallel:
		return fmt.Errorf("stream mapping of %s: ParallelizationFactor is %d, not between 1 and %d", c.Function, c.ParallelizationFactor, maxParallel)
	case c.MaximumRetryAttempts < -1 || c.MaximumRetryAttempts > maxRetries:
		return fmt.Errorf("stream mapping of %s: MaximumRetryAttempts is %d, not between -1 and %d", c.Function, c.MaximumRetryAttempts, maxRetries)
	case age > 0 && (age < minRecordAge || age > maxRecordAge):
		return fmt.Errorf("stream mapping of %s: MaximumRecordAgeInSeconds is %v, not between 60 s and 604800 s", c.Function, age)
	}
	return nil
}

func (c StreamMappingConfig) withDefaults() StreamMappingConfig {
	if c.BatchSize == 0 {
		c.BatchSize = defaultStreamBatch
	}
	if c.ParallelizationFactor == 0 {
		c.ParallelizationFactor = 1
	}
	if c.MaximumRecordAge <= 0 || c.MaximumRecordAge > retention {
		c.MaximumRecordAge = retention
	}
	return c
}
