// Package recovery is what rebuilding a lost table needs besides what AWS has:
// docs/recovery.md tells the whole procedure, and the tests of this package play
// it.
//
// # Why revisions are moved on
//
// A restored item has the revision that it had when the backup was taken.
// Greater ones were announced since. Were the pipeline to count on from there,
// subscribers would drop what it announces until it is past those: guarantee G6,
// revisions only grow, would be broken. So before anything is written to the
// restored table, Advance makes every revision at least To.
//
// To is past all announced ones where it is the time of the loss, or later, in
// milliseconds since 1970. Formally: an item's first revision is the time of its
// making plus one, and each write adds one. A write takes longer than a
// millisecond, since a partition of DynamoDB takes at most 1,000 of them a
// second, and one item lies in one partition. So a revision is at most the time
// of its write, by the clocks of the functions, plus one. An item that is made
// anew after To starts above it for the same reason.
//
// Less formally: now is enough, minutes after the loss, unless a clock is wrong
// by minutes.
//
// # Revisions that are still to come
//
// None of that holds of revisions that something else than the pipeline wrote:
// of the year 2100, or in microseconds. Pass moves those profiles past them, user
// by user. That is all right while the item is there, which counts on from it.
// One that expires and is made anew starts below: only who keeps its revision can
// mend that, by forgetting it.
package recovery
