// Package filter writes EventBridge patterns that choose announcements, for the
// rule of a subscriber. The folder patterns has one of each kind to copy into a
// serverless.yml; tests hold them to what the functions here write, and what they
// choose to what EventBridge's own rules for patterns choose.
//
//	all.json                every announcement
//	keys.json               one of these keys changed, or an erasure, or a snapshot
//	prefixes.json           so for all keys that begin alike
//	keys_or_prefixes.json   both
//	became.json             a key changed to one of these values
//	unset.json              a key went
//	erasures.json           everything earlier was forgotten
//
// # What a copy has to hear of
//
// Whoever keeps a copy takes All, Keys or Prefixes. These let through every
// erasure, also one that the changed keys do not show, and every snapshot,
// whatever is in it: that a key is not there any more is news that no list of
// keys tells. Became and Erasures are for acting on an event; a copy made of these
// is wrong as soon as something else changes.
//
// Truncated announcements have their changed keys too, so Keys, Prefixes and
// Erasures miss none. Their changes may be left out; see Became.
//
// A copy behind Keys or Prefixes hears of a change once, from the announcement
// that has it. There are two ways to miss it, and after both a resync of the user
// (botprefs resync) mends the copy, for a snapshot passes: the announcement was
// dead-lettered; or it was sent although it seemed not to be, and then folded with
// a later one that took the change back, so that neither key nor value shows. A
// copy behind All is right again with the next announcement.
//
// # What cannot be chosen
//
//   - A passing value. Announcements fold: of a value set and changed again at
//     once only the last one may ever be announced.
//   - The old value: announcements have none.
//   - An object, or something in a list, as the value of a key: a pattern looks
//     into them and does not compare them. A list that has the text among its
//     elements passes Became as if it were the text.
//   - A nested name apart from a dotted key: to a pattern the key "ui.theme" and
//     the member theme of the object ui are one path.
//   - An erasure apart from a replacement: both forget everything earlier. See in
//     the function whether Preferences is empty.
//   - A number by its value, for certain: two sources disagree. EventBridge's guide
//     says that 300, 300.0 and 3.0e2 are not equal, since numbers are compared as
//     text; event-ruler compares by value those that a float64 holds exactly. List
//     the spellings that a publisher may use, or ask again in the function.
//   - Absent preferences: "the language is still not set" is no event.
//
// A pattern has at most 2,048 characters: about 80 keys of 20. Take a prefix, or
// All.
package filter
