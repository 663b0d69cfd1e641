package build

import (
	"context"
	"fmt"
	"sync"
)

// A Build is Binaries or a replacement for it.
type Build func(ctx context.Context, root, dir string, t Target, folders ...string) (map[string]string, error)

// Once returns a Build that calls b only once for the same folders. Even if everything
// is up to date, go build takes a third of a second. Once is for a process that starts
// many environments while no source changes, such as a test. A build that failed is
// tried again. It is safe for concurrent use, and runs one build at a time.
func Once(b Build) Build { return once(b, &sync.Mutex{}) }

// once holds the lock while it looks for a finished build and while it builds.
func once(b Build, lock sync.Locker) Build {
	built := map[string]map[string]string{}
	return func(ctx context.Context, root, dir string, t Target, folders ...string) (map[string]string, error) {
		lock.Lock()
		defer lock.Unlock()
		key := fmt.Sprintf("%q", append([]string{root, dir, t.OS, t.Arch}, folders...))
		if paths, ok := built[key]; ok {
			return paths, nil
		}
		paths, err := b(ctx, root, dir, t, folders...)
		if err == nil {
			built[key] = paths
		}
		return paths, err
	}
}
