package repository

import (
	"go/ast"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// listed are the packages that a variable of the Makefile names.
func listed(t *testing.T, variable string) []string {
	t.Helper()
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^` + variable + ` = (.*)$`).FindSubmatch(makefile)
	if found == nil {
		t.Fatalf("the Makefile has no line that begins with %s =", variable)
	}
	return strings.Fields(string(found[1]))
}

// starters are the names by which a goroutine starts without a go statement. (A server
// or client of a package elsewhere counts there.)
var starters = []string{"Go", "Parallel", "AfterFunc", "NewServer", "NewUnstartedServer", "ListenAndServe"}

// The race detector is left out only where it could find nothing. (What a package has
// others start for it is not seen here: storetest and the conformance suites of tables
// and buses do so, which is why they are not in the list.)
func TestWhatIsTestedWithoutTheRaceDetectorStartsNoGoroutine(t *testing.T) {
	single := listed(t, "SINGLE")
	files := map[string]int{}
	for _, s := range sources(t) {
		folder := "./" + s.folder()
		if s.folder() == "." {
			folder = "."
		}
		files[folder]++
		if !slices.Contains(single, folder) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if startsGoroutine(n) {
				t.Errorf("%s starts a goroutine: take %s out of SINGLE in the Makefile", s.set.Position(n.Pos()), folder)
			}
			return true
		})
	}
	for _, folder := range single {
		if files[folder] == 0 {
			t.Errorf("the Makefile's SINGLE names %s, where no Go file is", folder)
		}
	}
}

// A test that skips itself under the race detector runs without it.
func TestWhatSkipsTheRaceDetectorRunsWithoutIt(t *testing.T) {
	partly := listed(t, "PARTLY")
	for _, s := range sources(t) {
		if !slices.Contains(s.imports(), module+"/internal/race") {
			continue
		}
		covered := slices.ContainsFunc(partly, func(pattern string) bool {
			below, all := strings.CutSuffix(pattern, "/...")
			return pattern == "./"+s.folder() || all && strings.HasPrefix("./"+s.folder(), below+"/")
		})
		if !covered {
			t.Errorf("%s asks for the race detector: name its package in the Makefile's PARTLY", s.path)
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
