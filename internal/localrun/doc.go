// Package localrun runs the whole pipeline on this machine: the cloud of package
// localaws in this process, made from serverless.yml, and every function as the
// process of its own real binary, over the Lambda Runtime API.
//
// Other services run beside it in the same AWS, each from its own serverless.yml:
// their functions are built and run in the same way.
//
// Environment is that pipeline, started and stopped. Run adds what a person
// sees: the sample conversation, every hop with its latency, the outcome, and
// what to try next.
//
// Everything is in memory and gone at the end. All servers listen on
// 127.0.0.1, and no process outlives the Environment.
package localrun
