// Package workload makes the changes that the benchmarks process. Profiles have eight
// keys and about 1 KB. Changes have one key each and come in batches, with a number of
// changes for each user. The same Workload makes the same bytes on every machine.
package workload
