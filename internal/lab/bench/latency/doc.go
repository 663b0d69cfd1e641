// Package latency measures how long a change is on its way: from the moment at
// which it is published until it is visible in the table, and until its
// announcement is on the bus.
//
// It runs the pipeline as `botprefs dev` does: the real binaries, over real HTTP.
// The load is open: changes arrive at a fixed rate by a schedule, whatever became
// of those before, and a change's time counts from the moment at which it was due.
// Where the pipeline, or the publisher, falls behind, the wait for it is part of
// the time of every change that waits (a closed loop would leave it out, which is
// known as coordinated omission).
//
// The rates are parts of the capacity, which is measured first: what comes out
// while as much goes in, with a bounded number of changes under way, so that the
// backlog does not grow.
//
// What should come is the sum of the batching windows that serverless.yml sets and
// of the single hops: the median of each, when one change at a time goes through a
// stage without windows.
//
// Every change has a user of its own, so none is superseded, and each has to be
// seen announced, or the run fails. Times are of localaws on the machine it runs
// on, which runs the publisher, the cloud and the functions: they show what the
// pipeline adds to what it waits for, not what AWS's own hops take.
package latency
