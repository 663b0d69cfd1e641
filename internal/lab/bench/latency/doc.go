// Package latency measures how long a change takes from its publication until it is
// visible in the table, and until its announcement is on the bus.
//
// It runs the pipeline as `botprefs dev` does: the real binaries over real HTTP. The
// load is open: changes arrive at a fixed rate, regardless of earlier changes. A
// change's time starts when the change was due. If the pipeline or the publisher falls
// behind, the wait is therefore part of the time of every change that waits. A closed
// loop would hide that wait, an error known as coordinated omission.
//
// The rates are percentages of the capacity, which the benchmark measures first. The
// capacity is the output rate while a bounded number of changes is under way, so that
// the backlog does not grow.
//
// The expected time is the sum of the batching windows that serverless.yml sets and of
// all hops. A hop's time is its median when one change at a time goes through a stage
// without windows.
//
// Every change has a user of its own, so no change supersedes another. Each must be
// announced, or the run fails. The times are those of localaws on this machine, which
// also runs the publisher and the functions. They show what the pipeline adds, not how
// long AWS takes.
package latency
