// Package eventbus sends events to an EventBridge bus (PutEvents).
//
// # Delivery
//
// An event that [Bus.Send] reports as taken is on the bus, which delivers it at
// least once and in no order. Send packs events into as few requests as the
// limits allow and offers failed entries again. It reports on each event by
// itself, so that a caller never has to guess after a half-failed call. Another
// try may put an event on the bus twice, under two envelope ids: consumers tell
// by the id inside.
//
// # What an error means
//
//   - Rejected: the bus refuses this event as it is (malformed detail, too
//     large, a source that the caller may not use).
//   - NotSent: certainly not on the bus (throttled, no connection, no permission,
//     the context ended before its turn). Send it again later.
//   - Uncertain: no answer came, or one that says nothing about it. Send it
//     again: it has the same id.
//
// Limits, sizes and error codes follow the EventBridge API reference (PutEvents)
// for classic custom buses. A bus that does not exist is not always an error of
// PutEvents.
package eventbus
