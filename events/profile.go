package events

import "time"

// A Profile is what the pipeline keeps of one user.
type Profile struct {
	UserID string
	// Revision grows with every change of the profile, also across erasure and
	// re-creation. Gaps are normal. 0: the user was never heard of.
	Revision int64
	// UpdatedAt is when the profile last changed, by the consumer's clock.
	UpdatedAt time.Time
	// Traceparent is that of the change with the greatest stamp of the last
	// write; empty where that change had none.
	Traceparent string
	State
}
