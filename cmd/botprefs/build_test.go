package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/cmd/botprefs/compile"
)

// service is a repository with one function.
var service = map[string]string{
	"go.mod":          "module shop\n\ngo 1.26\n",
	"fn/ship/main.go": "package main\n\nfunc main() {}\n",
	"serverless.yml": `
service: shop
provider: {name: aws, runtime: provided.al2023, architecture: arm64, stage: "${opt:stage, 'dev'}", memorySize: 128, timeout: 5}
functions:
  ship:
    handler: fn/ship
    package: {artifact: dist/ship.zip}
`,
}

func TestBuildPutsTheZipsWhereItIsTold(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range service {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	elsewhere := t.TempDir()
	for _, c := range []struct {
		args   []string
		zip    string
		target compile.Target
	}{
		{nil, filepath.Join(root, "dist", "ship.zip"), compile.Lambda},
		{[]string{"--dir", "/", "--file", filepath.Join(root, "serverless.yml"), "--native", "--out", elsewhere}, filepath.Join(elsewhere, "dist", "ship.zip"), compile.Target{}},
	} {
		var said bytes.Buffer
		args := append([]string{"build", "--dir", root}, c.args...)
		if err := run(t.Context(), args, strings.NewReader(""), &said, io.Discard); err != nil {
			t.Fatal(err)
		}
		binaries, err := compile.Binaries(t.Context(), root, t.TempDir(), c.target, "fn/ship")
		if err != nil {
			t.Fatal(err)
		}
		if want, got := read(t, binaries["fn/ship"]), bootstrap(t, c.zip); !bytes.Equal(got, want) {
			t.Errorf("%v: the zip holds another binary than one for %+v", c.args, c.target)
		}
		if !strings.Contains(said.String(), "dist/ship.zip") {
			t.Errorf("%v: it said %q", c.args, said.String())
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func bootstrap(t *testing.T, path string) []byte {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	entry, err := z.Open("bootstrap")
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(entry)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
