//go:build !race

package recovery_test

// seeds are how many histories the procedure is played in; one takes about 50 ms.
const seeds = 4

const raceDetector = false
