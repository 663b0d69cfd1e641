package consumers

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
