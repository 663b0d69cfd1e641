// Package verdict tells what would become of a dead letter, without sending it.
//
// A verdict on a change comes from the contract's own validation and merge, run over the
// stored profile: package events decodes, judges the time and the size, and merges. So a
// verdict and the consumer agree, as long as the profile stays as it is and the clocks
// agree. A Judge writes nothing.
package verdict

import (
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// An Outcome is what would become of a letter.
type Outcome string

// The outcomes of a change.
const (
	Applies    Outcome = "would_apply" // something of it would be stored
	Duplicate  Outcome = "duplicate"   // it is stored already
	Superseded Outcome = "superseded"  // later changes won: nothing of it would be stored
	Refused    Outcome = "refused"     // it would come back as a dead letter
	TooOld     Outcome = "too_old"     // refused because of its age: it can never pass
	Truncated  Outcome = "truncated"   // its body was cut off: it can never pass
)

// The outcomes of a missed announcement.
const (
	Unannounced Outcome = "not_announced"   // the stored revision was not announced: resync announces it
	Replaced    Outcome = "announced_since" // a later revision is stored: its announcement replaces this one
	Gone        Outcome = "nothing_stored"  // no revision is left that could be announced
)

// Unknown is the outcome of a letter that cannot be judged now, such as one of a profile
// that cannot be read.
const Unknown Outcome = "not_judged"

// A Verdict is what would become of one letter.
type Verdict struct {
	Outcome Outcome
	// Why is one sentence without a final stop. It names keys, fields and times, never
	// a value and no user.
	Why string
	// Final tells that no later attempt with the letter as it is can succeed.
	Final bool
	// Refusal is the contract's refusal, of Refused and TooOld; else nil.
	Refusal *events.Refusal
	// After is when a change from the future passes; else the zero time.
	After time.Time
	// Change is the change that the letter carries, where it can be read.
	Change *events.PreferenceChange
}

// Passes tells whether the letter would not come back: something of it would be stored,
// or nothing has to be. A letter that cannot be judged may pass.
func (v *Verdict) Passes() bool {
	switch v.Outcome {
	case Applies, Duplicate, Superseded, Unknown:
		return true
	}
	return false
}
