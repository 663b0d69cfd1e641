package build_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/build"
)

func TestZipHoldsOneExecutableBootstrapAndIsReproducible(t *testing.T) {
	dir := t.TempDir()
	binary := filepath.Join(dir, "get")
	if err := os.WriteFile(binary, []byte("a program"), 0o755); err != nil {
		t.Fatal(err)
	}
	var zips [2][]byte
	for i := range zips {
		path := filepath.Join(dir, "dist", "get.zip")
		size, err := build.Zip(binary, path)
		if err != nil {
			t.Fatal(err)
		}
		if zips[i], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		if size != int64(len(zips[i])) {
			t.Errorf("size %d, the file has %d bytes", size, len(zips[i]))
		}
	}
	if !bytes.Equal(zips[0], zips[1]) {
		t.Error("the same binary gave two different zips")
	}
	checkBootstrap(t, zips[0])
}

func checkBootstrap(t *testing.T, packed []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	if len(z.File) != 1 || z.File[0].Name != "bootstrap" || z.File[0].Mode() != 0o755 {
		t.Fatalf("the zip holds %v", z.File)
	}
	entry, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(entry)
	if err != nil || string(content) != "a program" {
		t.Errorf("bootstrap holds %q, %v", content, err)
	}
}

func TestZipOfNothingFails(t *testing.T) {
	dir := t.TempDir()
	if _, err := build.Zip(filepath.Join(dir, "none"), filepath.Join(dir, "none.zip")); err == nil {
		t.Error("no error for a binary that does not exist")
	}
}

func TestRootIsFoundFromAnyFolderBelow(t *testing.T) {
	root, err := build.Root(".")
	if err != nil {
		t.Fatal(err)
	}
	if want, _ := filepath.Abs("../.."); root != want {
		t.Errorf("root %s, want %s", root, want)
	}
	if _, err := build.Root(t.TempDir()); err == nil || !strings.Contains(err.Error(), "serverless.yml") {
		t.Errorf("error %v, want one that names what is missing", err)
	}
}

func TestBuildErrorsShowWhatTheCompilerSaid(t *testing.T) {
	root, err := build.Root(".")
	if err != nil {
		t.Fatal(err)
	}
	_, err = build.Binaries(t.Context(), root, t.TempDir(), build.Target{}, "consumers/absent")
	if err == nil || !strings.Contains(err.Error(), "consumers/absent") {
		t.Errorf("error %v, want the compiler's", err)
	}
}

// go build ignores a pattern that matches no package. The code that processes each
// change would then be slower.
func TestPackagesThatAreInlinedExist(t *testing.T) {
	for _, packages := range build.Inlined {
		out, err := exec.Command("go", "list", packages).Output()
		if err != nil || len(bytes.TrimSpace(out)) == 0 {
			t.Errorf("%s: no package, %v", packages, err)
		}
	}
}
