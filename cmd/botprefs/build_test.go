package main

import (
	"archive/zip"
	"bytes"
	"debug/buildinfo"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/build"
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

// shop writes the service and returns its folder.
func shop(t *testing.T) (root string) {
	t.Helper()
	root = t.TempDir()
	for name, text := range service {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestBuildPutsTheZipsWhereItIsTold(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	said, err := botprefs(t, "build", "--dir", shop(t), "--native", "--out", out)
	if err != nil || !strings.Contains(said, "dist/ship.zip") {
		t.Errorf("it said %q, %v", said, err)
	}
	if goos, arch := madeFor(t, bootstrap(t, filepath.Join(out, "dist", "ship.zip"))); goos != runtime.GOOS || arch != runtime.GOARCH {
		t.Errorf("the zip's binary is for %s on %s", goos, arch)
	}
}

func TestBuildReadsTheFileThatItIsGiven(t *testing.T) {
	file := filepath.Join(t.TempDir(), "another.yml")
	if _, err := botprefs(t, "build", "--dir", shop(t), "--file", file); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("error %v, want one about %s", err, file)
	}
}

func TestBuildIsForLambdaAndBesideServerlessYMLUnlessItIsTold(t *testing.T) {
	root := shop(t)
	for _, c := range []struct {
		given  buildOptions
		out    string
		target build.Target
		bin    string
	}{
		{buildOptions{dir: filepath.Join(root, "fn", "ship")}, root, build.Lambda, ".bin/lambda"},
		{buildOptions{dir: "/", file: filepath.Join(root, "serverless.yml")}, root, build.Lambda, ".bin/lambda"},
		{buildOptions{dir: root, out: "elsewhere", native: true}, "elsewhere", build.Target{}, ".bin/local"},
	} {
		o := c.given
		if err := o.complete(); err != nil {
			t.Fatal(err)
		}
		target, bin := o.target()
		if o.file != filepath.Join(root, "serverless.yml") || o.out != c.out || target != c.target || filepath.ToSlash(bin) != c.bin {
			t.Errorf("%+v builds %s for %+v in %s, zips to %s", c.given, o.file, target, bin, o.out)
		}
	}
}

// madeFor is where a binary can run.
func madeFor(t *testing.T, binary []byte) (goos, arch string) {
	t.Helper()
	info, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "GOOS":
			goos = s.Value
		case "GOARCH":
			arch = s.Value
		}
	}
	return goos, arch
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
