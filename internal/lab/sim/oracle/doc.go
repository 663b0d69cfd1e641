// Package oracle says what the pipeline should have done.
//
// It observes a history from outside: what the bus, the queues, the table and the
// functions did. It computes the right result with simple code of its own. It sorts
// changes by stamp and applies them one after the other, as if nothing had ever been
// late, lost or duplicated. It imports nothing of the pipeline, so a mistake in the
// merge, the codec or the item layout cannot hide in both.
//
// Each guarantee of the design has a file of its name with its checks. A Violation
// quotes the guarantee.
package oracle
