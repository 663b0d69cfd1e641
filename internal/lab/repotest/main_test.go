package repotest

import (
	"fmt"
	"os"
	"testing"
)

// The tests read the whole repository, by paths from its root.
func TestMain(m *testing.M) {
	if err := os.Chdir("../../.."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
