package repotest

import (
	"go/ast"
	"testing"
)

// Longer files and functions are hard to read in one go.
const (
	maxFileLines     = 400
	maxFunctionLines = 70
)

func TestFilesAndFunctionsAreShort(t *testing.T) {
	for _, s := range sources(t) {
		if n := s.set.File(s.file.Pos()).LineCount(); n > maxFileLines {
			t.Errorf("%s has %d lines, at most %d are allowed", s.path, n, maxFileLines)
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1; n > maxFunctionLines {
				t.Errorf("%s: %s has %d lines, at most %d are allowed", s.path, f.Name.Name, n, maxFunctionLines)
			}
		}
	}
}
