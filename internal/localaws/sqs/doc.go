// Package sqs is Amazon SQS as a passive state machine: standard queues with
// visibility timeouts, delays, retention, redrive to dead-letter queues, moves
// out of them, and the wire operations with their checksums and error codes.
//
// Promises: a message that was sent can be received until it is deleted,
// expires (retention) or moves to the dead-letter queue; while it is in flight
// nobody else receives it; each receive gives a new receipt handle and makes
// the ones before it worthless. Messages come out oldest first among those that
// are visible. Real queues promise less (duplicates, any order): who wants to
// test for that receives chosen messages with ReceiveByID.
//
// Duties of the caller: one goroutine at a time, and a clock that never goes
// back. Nothing happens by itself; time passes whenever a method looks at the
// clock. NextVisible and Wake say when looking again is worth it. Move tasks
// progress only by MoveMessages.
//
// All methods cost at most a logarithm of the number of messages, except
// Messages and PurgeQueue.
//
// Left out, and refused by name: FIFO queues, AddPermission, RemovePermission.
// Policies and encryption settings are kept and shown but have no effect.
package sqs
