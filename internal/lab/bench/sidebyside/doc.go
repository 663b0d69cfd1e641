// Package sidebyside compares this pipeline's apply with what people use in its place
// (package internal/lab/bench/peers), in one run:
//
//   - the naive service in Python: one HTTP event for each change, read and put back
//   - one UpdateItem for each message of a batch
//   - for each message a read, and a write under a version
//   - apply as it is deployed
//
// Each design is a warm process that gets its invocations over the Lambda Runtime API.
// Each has a table of its own in the same localaws, over HTTP on 127.0.0.1. The tables
// start with the same profiles, and all designs get the same changes. The queue
// consumers get them in batches. The service gets them one by one and, because it is
// slow, only the first batch of each round. The designs take turns within each round,
// and a ratio is the median of the rounds' ratios.
//
// Measured:
//
//   - The processor time of the function's process, as Linux counts it for each thread:
//     the runtime's loop, decoding, the SDK, HTTP and garbage collection. Other systems
//     do not report it.
//   - The elapsed time. It includes localaws and the measuring process, which run on
//     the same cores.
//   - The DynamoDB requests and units that localaws counts.
//   - The peak of resident memory.
//
// Not measured:
//
//   - TLS, which each request would pay for on AWS. Everything here is plain HTTP.
//   - The times of the network and of DynamoDB. Leaving them out favours designs that
//     make their requests one after the other.
//   - Lambda's share of a processor. A process here has all cores of the machine.
//   - The API Gateway before the service, and the queue before the consumers.
//   - Failures, other than those that the deliveries below cause.
//   - Cost (package internal/lab/bench/cost) and cold starts (package
//     internal/lab/bench/coldstart).
//
// After that, the same processes get changes of one user as queues and callers deliver
// them: overlapping, in reverse order, and again after a newer change. Failed changes
// are redelivered, as a queue does. The benchmark counts the values that are not the
// newest in the end. Chance plays no part: requests of overlapping invocations reach
// the table in step (see step).
package sidebyside
