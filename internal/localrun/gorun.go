package localrun

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// withGoRun ends the context when "go run" is gone. "go run" does not forward a signal
// that only it receives, and this process would be left running. A terminal sends
// Ctrl-C to both. Binaries that were built in another way are not affected.
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

// madeByGoRun recognizes the binaries of "go run": in the build cache or, before Go
// 1.24, in a temporary folder.
func madeByGoRun(path string) bool {
	return strings.Contains(path, "go-build") || cached.MatchString(filepath.Base(filepath.Dir(path)))
}

// cancelOrphan cancels when the parent process changes, because then the first one is
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
