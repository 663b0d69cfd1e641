// Package virtual runs the pipeline in virtual time: a localaws.Cloud as
// serverless.yml describes it, the pipeline's own handlers over the SDK's clients,
// all in this process, and a clock that moves to whatever comes next. An hour of
// traffic takes as long as its work does, and the same run gives the same counts
// and the same times on every machine.
//
// What a request takes is not measured here but assumed, see Latencies. Without
// Options.SideBySide, which is for counting, all that an invocation does happens when it
// begins, and it ends as much later as its requests take.
//
// With it, requests happen at their times:
//
//   - An invocation stands still while a request is on its way, and others go on. The
//     service decides on a request, and does it, when its time is over.
//   - Apply merges sixteen users of a batch at a time, as in production, and the next
//     one as soon as one is done. Its handler cannot be stopped within, for it starts
//     goroutines; so it is run twice around the merges, once to learn of them and once
//     with their results (see merges). Dead letters come after the merges, where the
//     function writes them beside.
//   - A refused request is tried again as often and as late as by the functions' clients
//     (awsconfig), within the bound that the SDK sets to each client. An
//     environment of a function keeps its client, and is used again.
//   - Contexts have the function's time-out in them, and the handlers end before it as
//     they do in production. A function that does not is ended at its time-out: its
//     batch fails, and its environment is gone. A request that is on its way then is not
//     carried out, where a service would finish it.
//   - With Options.Shards the table's stream has several, each read by a mapping with
//     lanes of its own. Users are dealt to them by a hash that is not DynamoDB's.
//
// How far that is from the truth: every request to a service takes the same time, so
// that there are no stragglers; functions start warm; Lambda's pollers neither add
// time of their own nor slow down where batches fail; a client in production draws its
// pauses at the bus by chance, and so does a run, but from a seed.
//
// A queue's mapping invokes as soon as a batch is full or its window has ended.
// A stream is asked four times a second, as Lambda asks a shard (AWS Lambda Developer
// Guide, "Using AWS Lambda with Amazon DynamoDB"); a lane that is done takes its next
// batch at once. A mapping reads on whenever it is asked for a batch: where a lane has a
// backlog and goes on between two polls, new records are taken then, too, and a stream
// is read somewhat more often than four times a second.
package virtual
