// Package filter writes EventBridge patterns that select announcements, for the rule of
// a subscriber. The folder patterns has one example of each kind to copy into a
// serverless.yml. Tests compare the examples with what the functions here write, and
// compare what they select with EventBridge's own pattern matching.
//
//	all.json                every announcement
//	keys.json               one of these keys changed, or an erasure, or a snapshot
//	prefixes.json           the same for all keys with one of these prefixes
//	keys_or_prefixes.json   both
//	became.json             a key changed to one of these values
//	unset.json              a key was unset
//	erasures.json           everything earlier was forgotten
//
// # Which filter to use for a copy
//
// A subscriber that keeps a copy uses All, Keys or Prefixes. They select every erasure,
// and every snapshot whatever its content. A list of changed keys does not tell that an
// erasure or a snapshot removed a key. Became and Erasures are for acting on an event.
// A copy that is built from them is wrong as soon as something else changes.
//
// Truncated announcements have their changed keys too, so Keys, Prefixes and Erasures
// miss none of them. Their changes may be left out; see Became.
//
// A copy behind Keys or Prefixes receives a change once, in the announcement that has
// it. It can miss a change in two ways:
//
//   - The announcement was dead-lettered.
//   - The announcement was sent although the send seemed to fail. It was then folded
//     with a later one that reverted the change, so that the key no longer shows.
//
// In both cases a resync of the user (botprefs resync) repairs the copy, because these
// filters select snapshots. A copy behind All is right again after the next
// announcement.
//
// # What a pattern cannot select
//
//   - A short-lived value. Announcements fold: if a value is set and soon changed
//     again, only the last one may ever be announced.
//   - The old value, because announcements do not contain it.
//   - An object, or an element of a list, as the value of a key. A pattern looks into
//     them and does not compare them. A list that has the text among its elements
//     passes Became as if it were the text.
//   - A nested name as distinct from a dotted key. To a pattern the key "ui.theme" and
//     the member theme of the object ui are the same path.
//   - An erasure as distinct from a replacement: both forget everything earlier. Check
//     in the function whether Preferences is empty.
//   - A number by its value, with certainty. EventBridge's guide says that 300, 300.0
//     and 3.0e2 are not equal, because numbers are compared as text. event-ruler
//     compares by value those numbers that a float64 holds exactly. List the spellings
//     that a publisher may use, or check again in the function.
//   - Absent preferences: "the language is still not set" is not an event.
//
// A pattern has at most 2,048 characters: about 80 keys of 20 characters. If yours is
// longer, use a prefix, or All.
package filter
