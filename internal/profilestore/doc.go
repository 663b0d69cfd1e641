// Package profilestore is the profile store: one DynamoDB item per user, in the
// layout of package item.
//
// # What Merge promises
//
// Merging is idempotent, commutative and associative, as events.State is: any
// order, duplication and batching of the same changes, by any number of writers
// at once, ends in the same profile. Formally, a stored entry is overwritten
// only by a greater stamp and never written below the fence, and the fence only
// rises. Both are conditions of the write itself, so no read can be stale.
//
// Less formally: call Merge again whenever in doubt.
//
//   - A merge that changes nothing writes nothing and makes no revision.
//   - A change of up to events.MaxChangeKeys preferences is one write: it is
//     stored whole or not at all.
//   - A profile never exceeds the limits of either origin (events.MaxProfileKeys,
//     events.MaxProfileBytes, events.MaxInferredKeys, events.MaxInferredBytes), and none
//     within them is refused. What was inferred never makes a profile too large for what
//     is stated.
//   - What a replace hides, and the value of an inference that a statement overrules,
//     is invisible from the first write on and is removed by further ones. Where those fail, Merge returns an error, and merging the
//     same change again finishes the removal.
//
// # Requests
//
// Sets and unsets of a profile cost one UpdateItem and no read, and a second one where
// they overrule an inference that has a value. A duplicate costs one, too: its condition
// fails, and the failure returns the item. Writers conflict only where they write the same
// register, or raise the fence, at the same time; nothing is conditioned on the revision
// except the expiry of an empty profile.
//
// # The bound of the size
//
// DynamoDB cannot add up an item's preferences in a condition. The attribute weight
// therefore bounds the sum of item.Weight over what was stated from above, and
// inferred_weight over what was inferred. Every write adds the weights of its entries and takes nothing
// off, under the condition that the bound stays within item.MaxWeightOf. Where
// that fails, the returned item gives the exact size. If the merged profile
// keeps the limits, the write goes through with the surplus taken off (a
// recount). Its condition is that no other recount has happened since: two that
// take off the same surplus would make the bound too low. Other writers only
// add, which a recount tolerates as far as there is room.
package profilestore
