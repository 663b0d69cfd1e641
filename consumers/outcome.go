package consumers

import (
	"errors"
	"fmt"
)

// An outcome is what became of a message of the change queue, or of one user's
// records in a batch of the stream.
type outcome int

// The outcomes. A message or a fold is unsettled until its effect is certain, so
// whatever is forgotten or interrupted is redelivered.
const (
	unsettled    outcome = iota
	merged               // stored, or a part of it, by a new revision
	duplicate            // nothing to store: it was there
	superseded           // nothing to store: later changes have won
	announced            // the bus took the announcement
	unchanged            // nothing to announce
	deadLettered         // in the dead-letter queue, with its reason
)

// String is the outcome as log lines have it.
func (o outcome) String() string {
	return [...]string{"failed", "merged", "duplicate", "superseded", "announced", "unchanged", "dead_lettered"}[o]
}

// errNothingDone is the error of a batch in which every item failed; nil if one did not, or
// if there is none. An item fails only for a reason of the function or of what it calls: a
// change that breaks the contract is dead-lettered, which is no failure.
//
// For Lambda an error and a report of every item are the same: nothing of the batch is
// done, and all of it comes again. But only an error is in the metric Errors. Without it a
// version that does nothing would look healthy to the alarms that end a deployment.
func errNothingDone(failed, items int) error {
	if failed == 0 || failed < items {
		return nil
	}
	if items == 1 {
		return errors.New("consumers: the only item of the batch failed, and comes again")
	}
	return fmt.Errorf("consumers: all %d items of the batch failed, and come again", items)
}
