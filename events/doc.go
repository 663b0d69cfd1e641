// Package events is the contract of the preference pipeline. It has the two
// events, their wire format and validation, the stamps that order changes, and
// the merge that makes order, duplication and batching harmless. It imports
// nothing else of this project and touches no network, so that every producer,
// consumer and subscriber can share it.
//
// # Delivery and order
//
// Everything between a producer and a profile is at least once and unordered.
// The contract makes that harmless:
//
//   - A [PreferenceChange] carries a [Stamp], a ULID that is at once its id, its
//     idempotency key and its clock.
//   - A [State] has two registers per key, one for each [Origin], and a fence,
//     Cleared. A register holds a value or a tombstone, with its stamp, and the
//     greater stamp wins. A replace raises the fence to its own stamp; an entry
//     counts only where its stamp is at least the fence.
//   - Visible is what the person stated, or else what was inferred after the last
//     that they stated or unset.
//   - Therefore merging is commutative, associative and idempotent: any order,
//     any duplication and any batching of the same changes give the same State
//     (a product of last-writer-wins registers, a state-based CRDT).
//
// Less formally: send a change as often as you like, in any order you like. The
// last one that was said wins, key by key, and what was erased stays erased.
//
// # What is refused
//
// A change is accepted or refused whole. Every refusal is a [*Refusal] that says
// by its [Code] what kind of fault it is and names the field, in printable ASCII
// and without quoting a value. [ChangeSchema] and [UpdatedSchema] say the same
// rules as far as a JSON Schema can. Values keep their exact JSON text on the
// way, as long as they are written by AppendJSON.
//
// # Duties of a producer
//
// One id names one change. Two different changes under one id are outside every
// guarantee. Take stamps from one [Clock] per process; after reading a profile
// let it [Clock.Observe] the profile's as_of, so that what you say next counts
// as later than what you saw.
//
// # Duties of a subscriber
//
// Keep the last revision applied per user, drop a [PreferencesUpdated] that is
// not greater (a snapshot: not greater or equal), and replace the copy by
// Preferences. Apply Changes instead only where PreviousRevision equals the
// copy's revision. Gaps between revisions are normal.
package events
