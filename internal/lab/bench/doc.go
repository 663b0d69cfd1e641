// Package bench holds the benchmarks. Each is a package that can run and print its
// report without the others. `go run ./internal/lab/cmd/lab bench` is their command
// line, and docs/performance.md keeps what they print.
//
//   - coldstart, sidebyside, throughput, latency: run on this machine and report ratios
//     within one run
//   - cost, growth: count requests in virtual time (package virtual)
//   - deliveries: measures how announcements reach many subscribers
//   - gate: holds counted figures to limits in CI
//   - summary: writes the ten lines at the top of docs/performance.md
//
// Package peers holds what people use today, and workload the changes that all designs
// process. Package loopback serves functions on this machine, machine describes the
// machine, stats computes medians and quantiles, and table prints tables.
package bench
