// Package watch follows a bus for a while, by a rule and a queue that are there only as
// long as somebody watches.
//
// # Nothing stays
//
// The rule and the queue have one name. It says until when they may exist, and names the
// process and the host that own them. Three things remove them:
//
//   - the owner, when it ends;
//   - its guard, a process that the owner starts first and that outlives it, for example
//     after kill -9;
//   - Sweep, for what both have left behind: the next watch removes what has expired, and
//     what a dead process of this host has owned.
//
// A queue that nobody reads keeps a message for a minute, so what is left behind until
// then costs no storage. Its rule still delivers.
package watch
