// Package history says what became of each change of a user: which one won, which ones
// lost, and why.
//
// [User] is what is kept of a user: the changes and announcements that the bus carried in
// the last 30 days. [User.Judge] runs the contract's own merge over them, so a verdict
// never contradicts a profile that has every change. What a profile has and the history
// lacks (a change that came by the queue alone) counts too, where the profile is given.
//
// # What is erased
//
// A replace erases what is earlier. Nothing that is kept below it says what it was. Of a
// change its id, its times and the ids of its envelopes remain. Of an announcement its
// revisions, its time and the ids of its changes remain. So the history can still say
// "erased", and by which change.
//
// The package links no SDK client. Package historystore keeps users in a table.
package history
