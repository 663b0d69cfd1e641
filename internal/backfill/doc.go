// Package backfill announces profiles that are stored already: all of them, for
// a subscriber that came late, or single ones whose announcement was lost.
//
// # What a walk promises
//
// A subscriber that keeps the rule of package events, and has been subscribed
// since before the walk began, ends with the profiles of the table, whatever is
// written meanwhile. For a write of a revision there are two cases:
//
//   - It was acknowledged before the page with its user was read. Reads are
//     strongly consistent, so the page has it, or a later one.
//   - It was not. Then it is announced after the page was read, and so after the
//     subscription.
//
// Either way the subscriber is sent the last revision, or a later one, at least
// once. In which order does not matter: it keeps the greatest. An eventually
// consistent page could show a revision that was overtaken, and whose successor
// was announced, before the subscription: the subscriber would never hear of it.
//
// Less formally: subscribe first, then walk, and let the pipeline run.
//
// # Interruption
//
// A page is committed to the checkpoint after all its announcements were taken.
// What comes between the two, a crash or Ctrl-C, repeats the announcements of
// that page, which is harmless by their revision.
//
// # What it costs
//
// Reading and announcing are each bounded by a [Pace]. Announcements matter
// more: each of them wakes every subscriber.
package backfill
