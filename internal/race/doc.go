// Package race tells tests whether the race detector is on. It makes what runs in one
// goroutine up to eight times as slow and finds nothing there: such a test skips itself
// under it, and make test runs the package without as well (PARTLY in the Makefile).
package race
