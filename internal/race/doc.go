// Package race tells tests whether the race detector is on. It makes what runs in one
// goroutine eight times as slow and finds nothing there: such a test skips itself
// under it, and `make test` runs it without.
package race
