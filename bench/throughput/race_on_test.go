//go:build race

package throughput

// slow tells that the race detector is on: it allocates, too.
const slow = true
