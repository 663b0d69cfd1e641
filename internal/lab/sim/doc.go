// Package sim runs the pipeline's own handlers over localaws through histories
// that a seed makes up: requests that fail before or after they took effect,
// functions that die between a write and its answer, batches taken by half,
// messages that come twice, late or in any order, streams tried again and
// split, clocks that disagree, poison, redrive, replay and erasures. Each
// history is held to the guarantees of the design by package oracle.
//
// Everything is decided by the seed: the clock is virtual, there is one source
// of randomness for each step, and one thing runs at a time. A task (a function
// in flight, a publisher's call) is a coroutine that stops at every request; the
// SDK's real clients are on the other side of it, and localaws' real wire
// formats behind it. So a seed gives the same history on any machine, and a step
// left out leaves the others their choices (not the ids that are drawn), which is how a failure is made
// small.
//
// What it does not do: it stands in for AWS with localaws (held against other
// software by internal/lab/conformance), and it does not interleave the goroutines
// within one handler: apply merges users one after the other here.
package sim
