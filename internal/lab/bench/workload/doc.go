// Package workload makes the changes that the benchmarks are of: profiles of
// eight keys and about 1 KB, and batches of changes of one key each, so many of
// them of one user. The same Workload makes the same bytes on every machine.
package workload
