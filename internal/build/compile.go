// Package build builds the Go main packages that serverless.yml names, for Lambda or
// for this machine, with the same flags.
package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// A Target is the platform of the binaries. The zero Target is this machine.
type Target struct{ OS, Arch string }

// Lambda is the platform that serverless.yml asks for: provided.al2023 on arm64.
var Lambda = Target{OS: "linux", Arch: "arm64"}

// tags exclude what no function needs: the RPC of Lambda's go1.x runtime, and HTTP/2. A
// function has few concurrent requests, and HTTP/1.1 also keeps its connections open.
const tags = "lambda.norpc,nethttpomithttp2"

// inlined lists the packages in which the compiler may inline functions: those that
// process every change, and those that compute a TLS handshake. Elsewhere nothing is
// inlined, because most of a binary runs once or never. That makes the zip, which is
// loaded before each cold start, a tenth smaller.
var inlined = []string{
	"github.com/bot-preferences/bot-preferences/...", "github.com/go-json-experiment/...",
	"crypto/internal/fips140/mlkem", "crypto/internal/fips140/bigmod", "crypto/internal/fips140/edwards25519/...",
	"runtime", "internal/...", "strings", "bytes", "unicode/...", "slices", "sync/...", "strconv",
}

// stopWithin bounds how long an interrupted build may take to end.
const stopWithin = 5 * time.Second

// Binaries builds the main packages in the folders (relative to root, such as
// "consumers/apply"). It returns the path of each binary by folder. The binaries are in
// dir, named for the last part of their folder; these names must differ. Binaries that
// are up to date are not built again.
//
// If a build fails, the error is the compiler's output. If ctx ends, the error is
// ctx's.
func Binaries(ctx context.Context, root, dir string, t Target, folders ...string) (map[string]string, error) {
	return binaries(ctx, root, dir, t, append([]string{"-tags", tags}, inlining()...), folders)
}

// Usual is Binaries with the flags that most people deploy with: it only leaves out the
// symbols. Benchmarks use it for the functions that ours are compared with.
func Usual(ctx context.Context, root, dir string, t Target, folders ...string) (map[string]string, error) {
	return binaries(ctx, root, dir, t, nil, folders)
}

func binaries(ctx context.Context, root, dir string, t Target, flags, folders []string) (map[string]string, error) {
	paths := map[string]string{}
	args := append([]string{"build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w"}, flags...)
	args = append(args, "-o", dir+string(filepath.Separator))
	for _, folder := range folders {
		paths[folder] = filepath.Join(dir, binaryName(folder, t))
		args = append(args, "./"+filepath.ToSlash(folder))
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if t != (Target{}) {
		cmd.Env = append(cmd.Env, "GOOS="+t.OS, "GOARCH="+t.Arch)
	}
	interruptible(cmd)
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, bytes.TrimSpace(out))
	}
	return paths, nil
}

// inlining returns the flags that limit inlining to the packages in inlined.
func inlining() []string {
	f := []string{"-gcflags=all=-l"}
	for _, packages := range inlined { // the last pattern that matches a package counts
		f = append(f, "-gcflags="+packages+"=")
	}
	return f
}

func binaryName(folder string, t Target) string {
	name := filepath.Base(folder)
	if t.OS == "windows" || t.OS == "" && os.PathSeparator == '\\' {
		name += ".exe"
	}
	return name
}

// Root finds the folder of this repository at or above dir: the one that holds both
// go.mod and serverless.yml.
func Root(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := abs; ; at = filepath.Dir(at) {
		if isFile(filepath.Join(at, "go.mod")) && isFile(filepath.Join(at, "serverless.yml")) {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", errors.New("no folder with go.mod and serverless.yml at or above " + abs)
		}
	}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
