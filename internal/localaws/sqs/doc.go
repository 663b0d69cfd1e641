// Package sqs is Amazon SQS as a passive state machine. It has standard queues with
// visibility timeouts, delays, retention, redrive to dead-letter queues and moves out
// of them, and the wire operations with their checksums and error codes.
//
// Promises:
//
//   - A message that was sent can be received until it is deleted, expires (retention)
//     or moves to the dead-letter queue.
//   - While it is in flight it is not received again.
//   - Each receive gives a new receipt handle. Only the latest one deletes; each of them
//     changes the visibility timeout.
//   - Of the visible messages the oldest comes first.
//
// Real queues promise less (duplicates, any order). A test for that receives chosen
// messages with ReceiveByID.
//
// Duties of the caller: one goroutine at a time, and a clock that never goes back. The
// queue does nothing without a call; time passes whenever a method looks at the clock.
// NextVisible and Wake say when it is worth looking again. Move tasks progress only by
// MoveMessages.
//
// All methods cost at most a logarithm of the number of messages, except Messages and
// PurgeQueue.
//
// Left out, and refused by name: FIFO queues, AddPermission, RemovePermission. Policies
// and encryption settings are kept and shown but have no effect.
package sqs
