// Package queues compares localaws with ElasticMQ on random histories of a queue
// and its dead-letter queue.
//
// A history is made of a seed alone. It has rounds of a few steps each: sends,
// receives, acknowledgements, changes of visibility and of attributes, and
// requests that are wrong. Rounds begin every two seconds, and everything that
// happens by itself later (a delay or a visibility timeout ends) is an odd number
// of seconds away, so that it falls between two rounds and its outcome does not
// hang on milliseconds. localaws plays a history at once, with a clock turned by
// hand. ElasticMQ plays it in real time, hundreds beside each other. A history
// whose steps took too long there to stay in their round shows nothing: it is
// played again.
//
// Which of the visible messages a receive gives is SQS's choice. So a receive
// goes on, with the history's maximum for each call, until no visible message is
// left, and what came is compared as a set.
//
// What the two answer must be equal but for the differences that are declared,
// each with its reason.
package queues
