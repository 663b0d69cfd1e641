// Package cost compares what designs cost on AWS for the same changes: the pipeline
// on each way into it, and what people use today (package peers), under a steady
// load, a trickle, chatty users and a burst.
//
// Each run is of package virtual: the designs' own code makes its requests (but for the
// Python service, whose requests a stand-in makes, and the publisher that lingers, whose
// packing is done in virtual time), localaws carries them out and package billing counts them. The counts are the same on every
// machine.
package cost
