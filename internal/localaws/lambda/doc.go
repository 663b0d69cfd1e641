// Package lambda holds Lambda's event source mappings, and its queues of asynchronous
// invocations, as passive machines. A QueueMapping turns the messages of a queue into
// invocations, a StreamMapping does the same for the records of a table's stream, and an
// AsyncQueue for events that somebody else sends, such as a bus. They know functions by
// name only. The driver runs the functions.
//
// The driver asks Next for a batch that is due, invokes the function with its payload,
// and reports the outcome with Finish. Wake says when Next may have a batch although
// nothing else has happened. The same calls in the same order, at the same times of the
// same World, give the same answers.
//
// An API shows functions and mappings as Lambda's own API does, and switches mappings on
// and off.
//
// Promises:
//
//   - Delivery is at least once. A mapping deletes a message, or passes a record, only
//     after the function succeeded with it or the filter dropped it. A stream's record
//     can also be discarded, with a message to the failure destination. So can an event
//     of an AsyncQueue.
//   - A queue's messages keep the order of the queue's Receive. A stream's records keep
//     the stream's order per item key and, with a parallelization factor of 1,
//     altogether.
//   - Payloads have at most 6 MB, the limit of a synchronous invocation.
//
// Duties of the caller: one goroutine at a time, one Finish for every invocation that
// Next returned, and the World's clock as the clock of the source.
//
// Not modelled: Lambda's scaling of pollers (a queue mapping without a maximum has five
// batches in flight), provisioned pollers, tumbling windows, several shards. An
// AsyncQueue has at most ten invocations in flight, invents no duplicates, and has no
// destination for successes.
package lambda
