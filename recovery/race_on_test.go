//go:build race

package recovery_test

// seeds: the race detector makes each take eight times as long, and every other
// history has the same goroutines.
const seeds = 1

const raceDetector = true
