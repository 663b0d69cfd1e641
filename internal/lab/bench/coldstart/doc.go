// Package coldstart measures how long a function takes from the start of its
// process to its first answer, what it needs of memory until then, and how large
// it is, beside what people have today and beside the least that is possible:
//
//   - get in Python, of package internal/lab/bench/peers/python
//   - get with config.LoadDefaultConfig, internal/lab/bench/peers/defaultconfig
//   - get as it is deployed, consumers/get
//   - an empty handler, internal/lab/bench/peers/emptyhandler: the floor
//
// A function is what it is on Lambda: its own binary, built with the flags of the
// deployed one but for this machine, which asks the Runtime API for its first
// invocation, gets an event of an HTTP API, reads one item and answers. All take
// their turn in each round of one run, so that whatever else this machine does
// meets all alike; hence the ratios come first, and times only with the machine.
//
// The Runtime API and the table are localaws, in the measuring process: it answers
// within a fraction of a millisecond, so that what is measured is the function's
// process and not somebody's database. It speaks HTTP: a TLS handshake, which all
// but the empty handler have in common on AWS, is not in it, and neither is what
// Lambda does before it starts the process.
//
// Memory is VmHWM, the most that the process had resident, read from Linux when
// the first answer has come; elsewhere there is none. It is not rusage's Maxrss:
// a child of a Go process inherits its parent's.
//
// MB are 10^6 bytes.
package coldstart
