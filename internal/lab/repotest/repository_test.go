// Package repotest holds the rules of this repository as tests: what every
// package, function and file here keeps to.
package repotest

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

const module = "github.com/bot-preferences/bot-preferences"

// Longer ones are hard to read in one go.
const (
	maxFileLines     = 400
	maxFunctionLines = 70
)

// source is one parsed Go file.
type source struct {
	path string // with slashes, relative to the root
	file *ast.File
	set  *token.FileSet
}

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

// parsed are the files, read once for all tests.
var parsed = sync.OnceValues(func() (all []source, err error) {
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "node_modules" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		all = append(all, source{filepath.ToSlash(path), file, set})
		return err
	})
	return all, err
})

func (s source) isTest() bool   { return strings.HasSuffix(s.path, "_test.go") }
func (s source) folder() string { return filepath.ToSlash(filepath.Dir(s.path)) }

func (s source) imports() []string {
	var paths []string
	for _, i := range s.file.Imports {
		paths = append(paths, strings.Trim(i.Path.Value, `"`))
	}
	return paths
}

func TestEveryPackageHasAComment(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if !s.isTest() {
			documented[s.folder()] = documented[s.folder()] || s.file.Doc.Text() != ""
		}
	}
	for folder, ok := range documented {
		if !ok {
			t.Errorf("%s: no file has a package comment", folder)
		}
	}
}

func TestEveryExportHasAComment(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() || s.file.Name.Name == "main" {
			continue
		}
		for _, d := range s.file.Decls {
			if name := undocumented(d); name != "" {
				t.Errorf("%s: %s has no doc comment", s.path, name)
			}
		}
	}
}

func undocumented(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc.Text() == "" && exportedReceiver(d) {
			return d.Name.Name
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if t, ok := spec.(*ast.TypeSpec); ok && t.Name.IsExported() && d.Doc.Text() == "" && t.Doc.Text() == "" {
				return t.Name.Name
			}
		}
	}
	return ""
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	receiver := d.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	name, ok := receiver.(*ast.Ident)
	return ok && name.IsExported()
}

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

// layers are the folders that a folder's production code must not import.
// Dependencies point one way: mains -> producers, consumers, adapters -> events.
var layers = map[string][]string{
	"events":    {""},
	"producers": {"consumers", "dynamo", "queue", "eventbus", "localaws", "sim", "cmd", "examples"},
	"consumers": {"producers", "dynamo", "queue", "eventbus", "localaws", "sim", "cmd", "examples"},
	"snapshot":  {"producers", "consumers", "dynamo", "queue", "eventbus", "localaws", "sim", "cmd", "examples"},
	"dynamo":    {"producers", "consumers", "queue", "eventbus", "localaws", "sim", "cmd", "examples"},
	"queue":     {"producers", "consumers", "dynamo", "eventbus", "localaws", "sim", "cmd", "examples"},
	"eventbus":  {"producers", "consumers", "dynamo", "queue", "localaws", "sim", "cmd", "examples"},
	"internal":  {"producers", "consumers", "dynamo", "queue", "eventbus", "localaws", "sim", "cmd", "examples"},
	"localaws":  {"producers", "consumers", "dynamo", "queue", "eventbus", "sim", "cmd", "examples"},
	"sim":       {"cmd", "examples"},
	// What other skills link must bring nothing of the pipeline's own with it.
	"subscriber": {"producers", "consumers", "dynamo", "queue", "eventbus", "snapshot", "internal", "localaws", "sim", "cmd", "examples"},
	"examples":   {"localaws", "sim", "cmd"},
}

func TestDependenciesPointOneWay(t *testing.T) {
	for _, s := range sources(t) {
		top, _, _ := strings.Cut(s.path, "/")
		wires := s.file.Name.Name == "main" && top != "examples" || s.folder() == "producers/wiring"
		if s.isTest() || wires || s.folder() == "internal/lab/contracttest/changes" {
			continue
		}
		for _, path := range s.imports() {
			ours, ok := strings.CutPrefix(path, module+"/")
			if !ok {
				continue
			}
			for _, forbidden := range layers[top] {
				if ours == forbidden || strings.HasPrefix(ours, forbidden+"/") || forbidden == "" {
					t.Errorf("%s imports %s", s.path, ours)
				}
			}
		}
	}
}

// An oracle that shared code with what it judges would share its mistakes.
func TestOracleIsIndependent(t *testing.T) {
	for _, s := range sources(t) {
		if s.folder() != "internal/lab/sim/oracle" || s.isTest() {
			continue
		}
		for _, path := range s.imports() {
			if strings.HasPrefix(path, module) {
				t.Errorf("%s imports %s", s.path, path)
			}
		}
	}
}

func TestHandlersImportNoSDKClient(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() || s.folder() != "producers" && s.folder() != "consumers" && s.folder() != "events" && s.folder() != "snapshot" && s.folder() != "subscriber" {
			continue
		}
		for _, path := range s.imports() {
			if strings.HasPrefix(path, "github.com/aws/aws-sdk-go-v2") {
				t.Errorf("%s imports %s: it must declare what it needs", s.path, path)
			}
		}
	}
}

// notInProduction are packages that only tests and tools may link.
var notInProduction = []string{
	"testing", "github.com/google/go-cmp", "pgregory.net/rapid", "github.com/santhosh-tekuri/jsonschema",
	"github.com/spf13", "go.yaml.in/yaml", module + "/localaws", module + "/events/eventstest",
}

// clients are the SDK clients that each Lambda uses; it must link no other.
var clients = map[string][]string{
	"getUserPreferences":     {"dynamodb"},
	"updateUserPreferences":  {"dynamodb", "eventbridge"},
	"deleteUserPreferences":  {"dynamodb", "eventbridge"},
	"applyPreferenceChanges": {"dynamodb", "sqs"},
	"republishPreferences":   {"eventbridge", "sqs"},
}

var clientPackage = regexp.MustCompile(`^github\.com/aws/aws-sdk-go-v2/service/(dynamodb|eventbridge|sqs|dynamodbstreams)$`)

func TestLambdasLinkOnlyWhatTheyUse(t *testing.T) {
	s, err := stack.Load("serverless.yml", stack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Functions) != len(clients) {
		t.Fatalf("serverless.yml has %d functions, this test knows %d", len(s.Functions), len(clients))
	}
	linkedBy := dependencies(t, s)
	for _, f := range s.Functions {
		var linked []string
		for _, path := range linkedBy[module+"/"+f.Handler] {
			if m := clientPackage.FindStringSubmatch(path); m != nil {
				linked = append(linked, m[1])
			}
			for _, bad := range notInProduction {
				if path == bad || strings.HasPrefix(path, bad+"/") {
					t.Errorf("%s (%s) links %s", f.Name, f.Handler, path)
				}
			}
		}
		slices.Sort(linked)
		if !slices.Equal(linked, clients[f.Name]) {
			t.Errorf("%s (%s) links the clients %v, want %v", f.Name, f.Handler, linked, clients[f.Name])
		}
	}
}

// dependencies are the packages that each handler links, by its import path.
func dependencies(t *testing.T, s *stack.Stack) map[string][]string {
	t.Helper()
	args := []string{"list", "-tags", "lambda.norpc", "-json=ImportPath,Deps"}
	for _, f := range s.Functions {
		args = append(args, "./"+f.Handler)
	}
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		t.Fatalf("the handlers that serverless.yml names: %v", err)
	}
	of := map[string][]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p struct {
			ImportPath string
			Deps       []string
		}
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		of[p.ImportPath] = append(p.Deps, p.ImportPath)
	}
	return of
}

var link = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)

func TestLinksInDocumentsLeadSomewhere(t *testing.T) {
	var documents []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "examples/*.md", "examples/*/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, found...)
	}
	if len(documents) < 5 {
		t.Fatalf("only %d documents found", len(documents))
	}
	for _, path := range documents {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), string(m[1]))); err != nil {
				t.Errorf("%s: the link %s leads nowhere", path, m[1])
			}
		}
	}
}
