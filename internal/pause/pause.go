// Package pause waits, but no longer than a context lasts.
package pause

import (
	"context"
	"time"
)

// For waits for d. It returns ctx's error as soon as ctx is done.
func For(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
	return ctx.Err() // also where both ended in the same moment
}
