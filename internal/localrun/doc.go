// Package localrun runs the whole pipeline on this machine. The cloud of package
// localaws, made from serverless.yml, runs in this process. Every function runs as a
// process of its own real binary, over the Lambda Runtime API.
//
// Other services can run beside the pipeline in the same AWS, each from its own
// serverless.yml. Their functions are built and run in the same way.
//
// Environment is the pipeline, started and stopped. Run adds what a person sees: the
// sample conversation, every hop with its latency, the outcome, and what to try next.
//
// Everything is in memory and lost at the end. All servers listen on 127.0.0.1, and no
// process outlives the Environment.
package localrun
