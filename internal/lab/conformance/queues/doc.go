// Package queues holds the conformance cases of SQS: the behaviour of a standard queue,
// one file for each concern. There are no cases for FIFO queues, because localaws has
// none.
//
// A case promises no more than SQS does. It does not check order. It repeats receiving
// until the messages arrive. It checks only once that something is absent, which can
// miss a mistake but never reports a false one.
package queues
