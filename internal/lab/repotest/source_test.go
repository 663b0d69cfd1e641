package repotest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/bot-preferences/bot-preferences"

// source is one parsed Go file.
type source struct {
	path string // with slashes, relative to the root
	file *ast.File
	set  *token.FileSet
}

// sources returns all Go files of the repository. They are parsed only once.
func sources(t *testing.T) []source {
	t.Helper()
	all, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("only %d Go files found: the walk misses some", len(all))
	}
	return all
}

var parsed = sync.OnceValues(func() (all []source, err error) {
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && notOurs(path, d.Name()):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go"):
			return nil
		}
		s, err := parse(path, nil)
		all = append(all, s)
		return err
	})
	return all, err
})

// notOurs reports whether a folder holds data, or what tools have put there.
func notOurs(path, name string) bool {
	return strings.HasPrefix(name, ".") && path != "." && name != ".github" || slices.Contains([]string{"node_modules", "testdata", "dist"}, name)
}

// parse parses a file of the repository, or the given text as if it were one.
func parse(path string, text any) (source, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.ParseComments)
	return source{filepath.ToSlash(path), file, set}, err
}

// planted is a file that a test adds to the repository, to see a rule fail.
func planted(t *testing.T, path, text string) source {
	t.Helper()
	s, err := parse(path, text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s source) isTest() bool   { return strings.HasSuffix(s.path, "_test.go") }
func (s source) isMain() bool   { return s.file.Name.Name == "main" }
func (s source) folder() string { return filepath.ToSlash(filepath.Dir(s.path)) }

func (s source) imports() []string {
	var paths []string
	for _, i := range s.file.Imports {
		paths = append(paths, strings.Trim(i.Path.Value, `"`))
	}
	return paths
}

// own returns the folder that an import path names, if it is one of this module.
func own(path string) (folder string, ok bool) {
	if path == module {
		return ".", true
	}
	return strings.CutPrefix(path, module+"/")
}

// under reports whether a folder is another one, or lies in it.
func under(folder, other string) bool {
	return folder == other || strings.HasPrefix(folder, other+"/")
}
