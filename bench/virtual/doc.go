// Package virtual runs the pipeline in virtual time: a localaws.Cloud as
// serverless.yml describes it, the pipeline's own handlers over the SDK's clients,
// all in this process, and a clock that moves to whatever comes next. An hour of
// traffic takes as long as its work does, and the same run gives the same counts
// and the same times on every machine.
//
// What a function takes is not measured here but assumed, see Latencies: its effects
// happen when it begins, and it ends as much later as its requests take.
//
// A queue's mapping invokes as soon as a batch is full or its window has ended.
// A stream is asked four times a second, as Lambda asks a shard (AWS Lambda Developer
// Guide, "Using AWS Lambda with Amazon DynamoDB").
package virtual
