// Package queues compares localaws with ElasticMQ on random histories of a queue and
// its dead-letter queue.
//
// A seed alone determines a history. It has rounds of a few steps each: sends,
// receives, acknowledgements, changes of visibility and of attributes, and invalid
// requests. Rounds begin every two seconds. Everything that happens later without a
// request, such as the end of a delay or of a visibility timeout, is an odd number of
// seconds away. It therefore falls between two rounds, and its outcome does not depend
// on milliseconds.
//
// localaws plays a history at once, with a clock that is set by hand. ElasticMQ plays
// it in real time, with hundreds of histories side by side. If the steps took too long
// there to stay in their round, the history shows nothing and is played again.
//
// SQS is free to choose which visible messages a receive returns. A receive is
// therefore repeated, with the history's maximum for each call, until no visible
// message is left. The results are compared as sets.
//
// The two sides must answer the same, except for declared differences, each with its
// reason.
package queues
