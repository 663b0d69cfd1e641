// Package trail follows each change through the local cloud, by the facts that the
// cloud reports, and remembers the last ones. A [Recorder] prints the way of one change,
// and hands over each hop as a span when it ends.
//
// A change whose bot gave it a traceparent belongs to that trace. Every other change has
// a trace of its own, whose id is the change's: the same 128 bits.
//
// A span names no user, no conversation and no value. What is printed for the person at
// the terminal names the user and the keys.
package trail
