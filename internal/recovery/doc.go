// Package recovery holds what rebuilding a lost table needs in addition to AWS's own
// tools. docs/recovery.md describes the whole procedure, and the tests in
// internal/lab/procedures carry it out.
//
// # Why revisions are raised
//
// A restored item has the revision that it had at the time of the backup. Greater
// revisions have been announced since. If the pipeline counted on from the restored
// revision, subscribers would ignore its announcements until it has passed the greatest
// one. That would break guarantee G6, revisions only grow. Before anything else is
// written to the restored table, Advance therefore raises every revision to at least
// To.
//
// To is greater than all announced revisions if it is the time of the loss, or later,
// in milliseconds since 1970. Formally: an item's first revision is the time of its
// creation plus one, and each write adds one. One item is in one partition of DynamoDB,
// which takes at most 1,000 writes a second, so a write takes at least a millisecond. A
// revision is therefore at most the time of its write, by the clocks of the functions,
// plus one. For the same reason, an item that is created again after To starts above
// To.
//
// Less formally: the current time is enough, some minutes after the loss, unless a
// clock is wrong by minutes.
//
// # Revisions in the future
//
// This does not hold for revisions that the pipeline did not write: of the year 2100,
// or in microseconds. Pass raises such profiles past those revisions, user by user.
// That works as long as the item exists, because the pipeline counts on from it. An
// item that expires and is created again starts lower. Then each subscriber that keeps
// the old revision must forget it.
package recovery
