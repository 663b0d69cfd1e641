package race

import "testing"

// Skip skips t under the race detector.
func Skip(t testing.TB) {
	t.Helper()
	if Enabled {
		t.Skip("too slow under the race detector, which finds nothing in one goroutine; make test runs it without")
	}
}
