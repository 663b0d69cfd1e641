package build_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/build"
)

func TestBuildThatIsInterruptedSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := build.Binaries(ctx, "../..", t.TempDir(), build.Target{}, "consumers/get")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

// A failed write leaves the previous zip unchanged, and no temporary file.
func TestZipThatFailsLeavesTheOldOne(t *testing.T) {
	dir := t.TempDir()
	binary := filepath.Join(dir, "get")
	if err := os.WriteFile(binary, []byte("a program"), 0o755); err != nil {
		t.Fatal(err)
	}
	artifact := filepath.Join(dir, "dist", "get.zip")
	if err := os.MkdirAll(filepath.Join(artifact, "a folder in its place"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := build.Zip(binary, artifact); err == nil {
		t.Fatal("a folder was overwritten")
	}
	left, err := os.ReadDir(filepath.Dir(artifact))
	if err != nil || len(left) != 1 {
		t.Errorf("%d files are left, want the old one: %v", len(left), err)
	}
}
