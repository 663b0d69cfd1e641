// Package queue is the route over SQS: straight into the change queue, past the
// bus.
//
// # Delivery
//
// A [Queue] carries the same JSON that EventBridge would deliver, so that there
// is one decoder. An event that [Queue.Send] reports as taken is delivered at
// least once and in no order (a standard queue). Each other event has an outcome
// of its own, in events.SendError. Sending again is harmless: consumers tell
// duplicates by the id inside.
//
// Limits, error codes and the characters that a body may have follow the SQS
// API reference (SendMessageBatch).
package queue
