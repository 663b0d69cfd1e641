// Package queue speaks to the change queue and its dead-letter queue (SQS):
// the direct way in, past the bus, and what became of changes that the pipeline
// could not apply.
//
// # Delivery
//
// A [Queue] carries the same JSON that EventBridge would deliver, so that there
// is one decoder. An event that [Queue.Send] reports as taken is delivered at
// least once and in no order (a standard queue). Outcomes of the others are
// those of events.SendError, event by event; sending again is harmless, for
// consumers tell duplicates by the id inside.
//
// # Dead letters
//
// A dead letter is the last copy of what somebody said, so nothing here drops
// one on its own:
//
//   - [DeadLetters.Put] returns nil only once SQS has taken the letter. Until
//     then the caller must not acknowledge what it came from. A crash between
//     the two leaves the letter twice.
//   - [DeadLetters.Browse] hides letters for a while and removes none. They come
//     back by themselves, however often they are browsed: a dead-letter queue
//     has no redrive policy of its own.
//   - [DeadLetters.Redrive] deletes a letter only after the other queue has
//     taken it. A crash between the two leaves it in both, which is harmless.
//   - Only [DeadLetters.Discard] drops, and SQS itself after the queue's
//     retention (14 days). A letter keeps its age where SQS moved it by redrive
//     policy, and starts anew where Put or EventBridge sent it.
//
// Letters come from three sides and look alike: refused by a consumer (Put),
// undeliverable by EventBridge (its own ERROR_CODE, ERROR_MESSAGE and RULE_ARN
// as attributes, the event as the body), and moved by SQS after repeated failure
// (no attributes: code [Redriven]).
//
// Limits, error codes and the characters that a body may have follow the SQS
// API reference (SendMessage, SendMessageBatch).
package queue
