package lambda

import (
	"fmt"
	"time"
)

// The limits that Lambda sets to event source mappings of queues.
const (
	maxReceive        = 10 // messages per receive, and per batch without a window
	maxBatch          = 10_000
	maxWindow         = 300 * time.Second
	defaultPollers    = 5
	minConcurrency    = 2
	maxConcurrency    = 1000
	defaultQueueBatch = 10
)

// QueueMappingConfig configures an event source mapping of a queue, under the
// names of Lambda's CreateEventSourceMapping. The zero value of a field is
// Lambda's default.
type QueueMappingConfig struct {
	ID       string // of the mapping; empty: a UUID
	Function string // the function's name
	QueueARN string

	BatchSize int           // 1 to 10,000; 0 means 10. Over 10 needs a window of at least 1 s
	Window    time.Duration // MaximumBatchingWindowInSeconds, 0 to 300 s

	// MaximumConcurrency bounds the batches in flight: 2 to 1,000. 0 means 5,
	// at which Lambda starts (its growth from there is not modelled).
	MaximumConcurrency int

	// ReportBatchItemFailures is the function response type of that name.
	ReportBatchItemFailures bool

	// Match is the filter. It gets one record as the function would, except that a body
	// that is a JSON object is passed as that object. Messages that it refuses are
	// deleted. Nil accepts everything.
	Match func(record []byte) bool
}

// Validate says which field breaks which of Lambda's rules.
func (c QueueMappingConfig) Validate() error {
	switch {
	case c.Function == "":
		return fmt.Errorf("queue mapping %q: Function is required", c.ID)
	case c.BatchSize < 0 || c.BatchSize > maxBatch:
		return fmt.Errorf("queue mapping of %s: BatchSize is %d, not between 1 and %d", c.Function, c.BatchSize, maxBatch)
	case c.Window < 0 || c.Window > maxWindow:
		return fmt.Errorf("queue mapping of %s: MaximumBatchingWindowInSeconds is %v, not between 0 and 300 s", c.Function, c.Window)
	case c.BatchSize > maxReceive && c.Window < time.Second:
		return fmt.Errorf("queue mapping of %s: BatchSize over 10 needs MaximumBatchingWindowInSeconds of at least 1", c.Function)
	case c.MaximumConcurrency != 0 && (c.MaximumConcurrency < minConcurrency || c.MaximumConcurrency > maxConcurrency):
		return fmt.Errorf("queue mapping of %s: MaximumConcurrency is %d, not between 2 and 1000", c.Function, c.MaximumConcurrency)
	}
	return nil
}

func (c QueueMappingConfig) withDefaults() QueueMappingConfig {
	if c.BatchSize == 0 {
		c.BatchSize = defaultQueueBatch
	}
	if c.MaximumConcurrency == 0 {
		c.MaximumConcurrency = defaultPollers
	}
	return c
}
