// Package mutants shows that the simulator can fail. It builds the pipeline with one
// mistake at a time and lets the simulator look for it. A mistake is not found if no
// history violates a guarantee.
package mutants
