// Package cost compares what several designs cost on AWS for the same changes. The
// designs are the pipeline, with each way into it, and what people use today (package
// peers). The loads are a steady one, a trickle, chatty users and a burst.
//
// Each run uses package virtual: localaws carries out the requests, and package billing
// counts them. The requests come from the designs' own code, with two exceptions. A
// stand-in makes the requests of the Python service, and the lingering publisher is
// modelled in virtual time. The counts are the same on every machine.
package cost
