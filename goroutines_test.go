package repository

import (
	"go/ast"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// singles are the packages that make test runs without the race detector.
var singles = regexp.MustCompile(`(?m)^SINGLE = (.*)$`)

// starters are the names by which a goroutine starts without a go statement. (A server
// or client of a package elsewhere counts there.)
var starters = []string{"Go", "Parallel", "AfterFunc", "NewServer", "NewUnstartedServer", "ListenAndServe"}

// The race detector is left out only where it could find nothing.
func TestWhatIsTestedWithoutTheRaceDetectorStartsNoGoroutine(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	found := singles.FindSubmatch(makefile)
	if found == nil {
		t.Fatal("the Makefile has no line that begins with SINGLE =")
	}
	files := map[string]int{}
	for _, s := range sources(t) {
		folder := "./" + s.folder()
		if s.folder() == "." {
			folder = "."
		}
		files[folder]++
		if !slices.Contains(strings.Fields(string(found[1])), folder) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if startsGoroutine(n) {
				t.Errorf("%s starts a goroutine: take %s out of SINGLE in the Makefile", s.set.Position(n.Pos()), folder)
			}
			return true
		})
	}
	for _, folder := range strings.Fields(string(found[1])) {
		if files[folder] == 0 {
			t.Errorf("the Makefile's SINGLE names %s, where no Go file is", folder)
		}
	}
}

func startsGoroutine(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GoStmt:
		return true
	case *ast.CallExpr:
		called, ok := n.Fun.(*ast.SelectorExpr)
		return ok && slices.Contains(starters, called.Sel.Name)
	}
	return false
}
