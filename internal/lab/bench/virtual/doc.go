// Package virtual runs the pipeline in virtual time. It combines a localaws.Cloud made
// from serverless.yml, the pipeline's own handlers over the SDK's clients, and a clock
// that jumps to the next event. Everything is in this process. An hour of traffic takes
// as long as its computation. The same run gives the same counts and times on every
// machine.
//
// The duration of a request is not measured but assumed: see Latencies. Without
// Options.SideBySide, everything that an invocation does happens when it begins, and
// the invocation ends when its requests would have ended. That is enough for counting.
//
// With Options.SideBySide, requests happen at their times:
//
//   - An invocation waits while a request is on its way, and other invocations proceed.
//     The service carries out a request at the end of the request's time.
//   - Apply merges sixteen users of a batch at a time, as in production, and starts the
//     next merge as soon as one ends. A run cannot suspend apply's handler, because the
//     handler starts goroutines. It therefore runs the handler twice: once to learn the
//     merges, and once with their results (see merges). Dead letters are written after
//     the merges; in production the function writes them at the same time.
//   - A refused request is retried as the functions' clients do it (awsconfig), within
//     the SDK's retry quota of each client. An environment of a function keeps its
//     client, and is used again.
//   - Contexts carry the function's timeout, and the handlers stop before it as they do
//     in production. A function that does not stop is ended at its timeout. Its batch
//     fails, and its environment is discarded. A request that is on its way at that
//     moment is not carried out; a real service would carry it out.
//   - With Options.Shards the table's stream has several shards. Each is read by a
//     mapping with lanes of its own. A hash that is not DynamoDB's assigns users to
//     shards.
//
// Differences from AWS: all requests to a service take the same time, so there are no
// stragglers. Functions start warm. Lambda's pollers add no time of their own and do
// not slow down when batches fail. Clients draw their retry delays from a seed.
//
// A queue's mapping invokes as soon as a batch is full or its window has ended. A
// stream is polled four times a second, as Lambda polls a shard (AWS Lambda Developer
// Guide, "Using AWS Lambda with Amazon DynamoDB"). A lane that has finished takes its
// next batch at once. A mapping also reads new records when it is asked for a batch.
// With a backlog it therefore reads a stream somewhat more often than four times a
// second.
package virtual
