// Package queues holds the conformance cases of SQS: what a standard queue has
// to do, one file for each concern. FIFO queues are left out, as localaws has
// none.
//
// A case promises no more than SQS does. Order is never looked at, receiving
// repeats until the messages are there, and an absence is looked for once,
// which can miss a mistake but never invents one.
package queues
