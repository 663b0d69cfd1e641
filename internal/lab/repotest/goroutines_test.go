package repotest

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

// unraced are packages that are tested without the race detector although what they
// import starts goroutines, each with its reason.
var unraced = map[string]string{
	"./internal/lab/bench/cost": "what it imports is tested with the detector in internal/lab/bench/virtual, consumers and producers, and has nothing of cost's own to run",
	"./internal/lab/bench/gate": "it counts allocations, and the detector makes more",
}

// The race detector is left out only where it could find nothing.
func TestWhatIsTestedWithoutTheRaceDetectorStartsNoGoroutine(t *testing.T) {
	all := packages(t)
	single := listed(t, "SINGLE")
	for folder := range unraced {
		if !slices.Contains(single, folder) {
			t.Errorf("%s is not in SINGLE, and needs no exception", folder)
		}
	}
	for _, folder := range single {
		p := all[folder]
		if p == nil {
			t.Errorf("the Makefile's SINGLE names %s, where no Go file is", folder)
			continue
		}
		for _, where := range slices.Concat(p.starts, p.startsInTests) {
			t.Errorf("%s starts a goroutine: take %s out of SINGLE in the Makefile", where, folder)
		}
		path, where := reached(all, folder)
		switch _, excepted := unraced[folder]; {
		case where != "" && !excepted:
			t.Errorf("%s imports %s, which starts a goroutine (%s): take it out of SINGLE in the Makefile", folder, path, where)
		case where == "" && excepted:
			t.Errorf("%s reaches no goroutine and needs no exception", folder)
		}
	}
}

// A goPackage is what of a folder's Go files matters here.
type goPackage struct {
	starts, startsInTests   []string // where goroutines start
	imports, importsOfTests []string // folders of this module
}

func packages(t *testing.T) map[string]*goPackage {
	t.Helper()
	all := map[string]*goPackage{}
	for _, s := range sources(t) {
		folder := "./" + s.folder()
		if s.folder() == "." {
			folder = "."
		}
		if all[folder] == nil {
			all[folder] = &goPackage{}
		}
		p := all[folder]
		starts, imports := &p.starts, &p.imports
		if s.isTest() {
			starts, imports = &p.startsInTests, &p.importsOfTests
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if startsGoroutine(n) {
				*starts = append(*starts, s.set.Position(n.Pos()).String())
			}
			return true
		})
		for _, path := range s.imports() {
			if below, ours := strings.CutPrefix(path, module+"/"); ours {
				*imports = append(*imports, "./"+below)
			}
		}
	}
	return all
}

// reached is a package that starts goroutines among those that a package and its
// tests import, and where it starts one; empty where there is none.
func reached(all map[string]*goPackage, folder string) (path, where string) {
	next := slices.Concat(all[folder].imports, all[folder].importsOfTests)
	seen := map[string]bool{folder: true}
	for len(next) > 0 {
		path, next = next[0], next[1:]
		p := all[path]
		if p == nil || seen[path] {
			continue
		}
		if len(p.starts) > 0 {
			return path, p.starts[0]
		}
		seen[path] = true
		next = append(next, p.imports...)
	}
	return "", ""
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
