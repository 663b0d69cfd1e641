// Package lambda holds Lambda's event source mappings as passive machines: a
// QueueMapping turns messages of a queue into invocations, a StreamMapping does
// so for the records of a table's stream. Both speak of functions by name only;
// who runs a function, and how, is the driver's business.
//
// The driver asks Next for a batch that is due, has the function invoked with
// its payload, and reports the outcome with Finish. Wake says when Next may
// have something although nothing else happened. Whatever is asked in the same
// order at the same times of the same World gives the same answers.
//
// What a mapping promises:
//   - At least once. A message is deleted, and a record passed, only after the
//     function was seen to succeed with it, the filter dropped it, or (streams)
//     it was discarded with a message to the failure destination.
//   - A queue's messages come in the order of the queue's own Receive. A
//     stream's records come in stream order per item key; with a
//     parallelization factor of 1, in stream order altogether.
//   - Payloads have at most 6 MB, the limit of a synchronous invocation.
//
// What the caller owes: one goroutine at a time, one Finish for every
// invocation that Next returned, and the source's clock being the World's.
//
// Not modelled: Lambda's scaling of pollers (a queue mapping without a maximum
// has five batches in flight), provisioned pollers, tumbling windows, several
// shards.
package lambda
