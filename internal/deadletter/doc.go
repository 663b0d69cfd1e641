// Package deadletter is the dead-letter queues: what the pipeline could not apply
// or announce, and why.
//
// A dead letter is the last copy of what somebody said, so nothing here drops
// one on its own:
//
//   - [Queue.Put] returns nil only once SQS has taken the letter. Until then the
//     caller must not acknowledge the message that the letter came from. A crash
//     between the two leaves the letter twice.
//   - [Queue.Browse] hides letters for a while and removes none. They come back,
//     however often they are browsed: a dead-letter queue has no redrive policy
//     of its own.
//   - A [Hold] hides letters for as long as its process lives, and for half a minute
//     after that. [Queue.Depth] counts what is hidden: an empty list alone does not mean
//     that there are no letters.
//   - [Queue.Redrive] deletes a letter only after the change queue has taken it.
//     A crash between the two leaves it in both, which is harmless.
//   - Only [Queue.Discard] drops a letter, and SQS itself after the queue's
//     retention (14 days). A letter keeps its age where SQS moved it by redrive
//     policy. Its age starts anew where Put or EventBridge sent it.
//
// Letters come from three sides and look alike. A consumer refused a change
// (Put). EventBridge could not deliver an event: the event is the body, with
// EventBridge's own ERROR_CODE, ERROR_MESSAGE and RULE_ARN. SQS moved a message
// after repeated failure: without attributes, so that its code is [Redriven].
package deadletter
