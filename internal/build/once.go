package build

import (
	"context"
	"fmt"
	"sync"
)

// A Build is Binaries, or what stands in for it.
type Build func(ctx context.Context, root, dir string, t Target, folders ...string) (map[string]string, error)

// Once is b that builds the same folders once in the life of the process: even what is
// up to date takes go build a third of a second to see, each time. It is for a process
// that starts many environments over sources that nobody edits meanwhile, as tests do.
// What fails is tried again. It is safe for concurrent use, one build at a time.
func Once(b Build) Build { return once(b, &sync.Mutex{}) }

// once holds the lock from before it looks for what is built until the build is done.
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
