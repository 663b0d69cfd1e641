package dev

import (
	"context"
	"os"
	"strings"
	"time"
)

// withGoRun ends the context when "go run" is gone: it hands on Ctrl-C, which
// the terminal sends to everybody, but not a signal that it gets alone, and
// this process would be left behind. A binary built otherwise is not concerned.
func withGoRun(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	path, err := os.Executable()
	if err != nil || !strings.Contains(path, "go-build") {
		return ctx, cancel
	}
	parent := os.Getppid()
	go func() {
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for os.Getppid() == parent {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
		cancel()
	}()
	return ctx, cancel
}
