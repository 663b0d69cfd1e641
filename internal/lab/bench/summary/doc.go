// Package summary puts docs/performance.md together: an introduction, a summary of ten
// lines, and the sections that the benchmarks print.
//
// The summary repeats figures of the sections. It finds each of them in a section's
// tables by the names of the section, the row and the column. A figure that a section
// does not have, for example because this machine has no Python, becomes "not
// measured". A test holds every name to the page in docs, so that a renamed column
// fails instead of losing its figure.
package summary
