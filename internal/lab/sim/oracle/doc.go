// Package oracle says what the pipeline should have done.
//
// It watches a history from outside, through what the bus, the queues, the table
// and the functions were seen to do, and recomputes by its own simple code what
// follows from that: changes are sorted by stamp and carried out one after the
// other, as if nothing had ever been late, lost or doubled. It imports nothing
// of the pipeline, so a mistake in the merge, the codec or the item layout
// cannot hide in both.
//
// Each guarantee of the design has a file of its name with what holds it, and a
// Violation quotes it.
package oracle
