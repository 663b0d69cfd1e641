package localrun

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// withGoRun ends the context when "go run" is gone: it hands on Ctrl-C, which
// the terminal sends to everybody, but not a signal that it gets alone, and
// this process would be left behind. A binary built otherwise is not concerned.
func withGoRun(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	if path, err := os.Executable(); err == nil && madeByGoRun(path) {
		tick := time.NewTicker(500 * time.Millisecond)
		context.AfterFunc(ctx, tick.Stop)
		go cancelOrphan(ctx, cancel, tick.C, os.Getppid)
	}
	return ctx, cancel
}

// cached is the folder in which "go run" keeps a binary within GOCACHE.
var cached = regexp.MustCompile(`^[0-9a-f]{64}-d$`)

// madeByGoRun knows the binaries of "go run": in the build cache, and before Go
// 1.24 in a temporary folder.
func madeByGoRun(path string) bool {
	return strings.Contains(path, "go-build") || cached.MatchString(filepath.Base(filepath.Dir(path)))
}

// cancelOrphan cancels when the parent has become another one: the first has
// gone.
func cancelOrphan(ctx context.Context, cancel func(), tick <-chan time.Time, parent func() int) {
	first := parent()
	for parent() == first {
		select {
		case <-tick:
		case <-ctx.Done():
			return
		}
	}
	cancel()
}
