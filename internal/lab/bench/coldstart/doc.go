// Package coldstart measures a cold start: the time from the start of a function's
// process to its first answer. It also measures the memory that the process needs until
// then, and the size of the function. It compares eight functions:
//
//   - get in Python, of package internal/lab/bench/peers/python
//   - get with config.LoadDefaultConfig, internal/lab/bench/peers/defaultconfig
//   - get as it is deployed, consumers/get
//   - an empty handler, internal/lab/bench/peers/emptyhandler: the floor
//   - apply, republish, update and delete as they are deployed
//
// Each function runs as it does on Lambda. It is a binary of its own, built for this
// machine with the flags of the deployed one. It asks the Runtime API for its first
// invocation, gets an event of its kind, such as a request of an HTTP API for get, and
// answers. All but the empty handler ask AWS first, such as to read an item. The functions
// take turns in every round of one run, so that other load on this machine affects all
// of them alike. The report therefore gives ratios first, and times only together with
// the name of the machine.
//
// The Runtime API and the table are localaws, inside the measuring process. They answer
// within a fraction of a millisecond, so the result describes the function's process
// and not a database.
//
// Not measured: the TLS handshake, which all but the empty handler need on AWS, and
// what Lambda does before it starts the process.
//
// Memory is VmHWM of /proc, the most memory that the process had resident, read when
// the first answer has arrived. Only Linux has it. rusage's Maxrss would be wrong,
// because a child of a Go process inherits its parent's value.
//
// MB are 10^6 bytes.
package coldstart
