// Package sidebyside measures this pipeline's apply beside what people use in its
// place (package internal/lab/bench/peers), in one run:
//
//   - the naive service in Python: one HTTP event for each change, read and put back
//   - one UpdateItem for each message of a batch
//   - for each message a read, and a write under a version
//   - apply as it is deployed
//
// Each is a warm process of its own which gets its invocations over the Lambda
// Runtime API and has a table of its own in the same localaws, over HTTP on
// 127.0.0.1. The tables begin with the same profiles, and all are given the same
// changes: the consumers of a queue in batches, the service one by one, and of
// each round's batches the first alone, for its slowness. The rounds interleave
// them; a ratio is the median of the rounds' ratios.
//
// What is measured: the processor's time of the function's process alone, all of
// it (the runtime's loop, decoding, the SDK, HTTP, the collection of garbage), as
// Linux counts it for each thread, elsewhere not at all; the time that went by, in
// which localaws and the measuring process have their part, on the same cores; what
// localaws counts of DynamoDB; and the peak of resident memory.
//
// What is not: TLS, for everything is HTTP here, which each request would pay for
// on AWS; the network's and DynamoDB's own times, which favours whoever makes its
// requests one after the other; Lambda's share of a processor, for a process here
// has the machine's cores; the API Gateway before the service and the queue before
// the consumers; failures other than those that the deliveries below make; cost
// (package internal/lab/bench/cost) and starts (package internal/lab/bench/coldstart).
//
// Then the same processes are given changes of one user as queues and callers
// deliver them: overlapping, in reverse order, and again after a newer one. What
// fails is delivered again, as a queue does. Counted is how many of the user's
// values are not the newest in the end. Nothing of this is left to chance: requests
// of overlapping invocations go into the table in step (see step).
package sidebyside
