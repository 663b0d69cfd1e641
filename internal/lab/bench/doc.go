// Package bench holds what is measured, each in a package that runs and reports by
// itself; `lab bench` is their command line, and docs/performance.md keeps what
// they print.
//
//   - coldstart, sidebyside, throughput, latency: on this machine, as ratios of one run
//   - cost, growth: counted in virtual time (package virtual)
//   - deliveries: how announcements reach many subscribers
//   - gate: what is counted, held to limits in CI
//
// Package peers has what people use today, and workload what all of them change;
// loopback serves functions on this machine, machine names it, stats has medians and
// quantiles, and table prints.
package bench
