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

// go test reuses a result until a file changes that a test has read. It learns of
// a change of folder only while tests run. Without this one, which runs first, it
// would look for all files below this folder, and never find that one has changed.
func TestChangedFilesAreTestedAgain(t *testing.T) {
	if err := os.Chdir("."); err != nil {
		t.Fatal(err)
	}
}
