// Package backfill announces profiles that are already stored: all of them, for a
// subscriber that came late, or single ones whose announcement was lost.
//
// # What a walk promises
//
// A subscriber that follows the rule of package events, and subscribed before the walk
// began, ends up with the profiles of the table, whatever is written meanwhile.
// Consider a write of a revision. There are two cases:
//
//   - It was acknowledged before the page with its user was read. Reads are strongly
//     consistent, so the page has this revision or a later one.
//   - It was not. Then it is announced after the page was read, and so after the
//     subscription.
//
// In both cases the subscriber receives the last revision, or a later one, at least
// once. The order does not matter, because the subscriber keeps the greatest revision.
//
// An eventually consistent read could break this. A page could show a revision that was
// overtaken, while its successor was announced before the subscription. The subscriber
// would never learn of the successor.
//
// Less formally: subscribe first, then walk, and keep the pipeline running.
//
// # Interruption
//
// A page is committed to the checkpoint after all its announcements were accepted.
// After a crash or Ctrl-C between the two, the walk repeats the announcements of that
// page. That is harmless, because subscribers ignore revisions that they know.
//
// # What it costs
//
// A [Pace] limits reading, and another one announcing. Announcing matters more, because
// each announcement invokes every subscriber.
package backfill
