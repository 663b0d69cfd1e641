package build_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/build"
)

func TestOnceBuildsTheSameOnceAndTriesAgainWhatFailed(t *testing.T) {
	var builds []string
	name := func(root, dir string, target build.Target, folders []string) string {
		return strings.Join(append([]string{root, dir, target.OS, target.Arch}, folders...), " ")
	}
	once := build.Once(func(_ context.Context, root, dir string, target build.Target, folders ...string) (map[string]string, error) {
		all := name(root, dir, target, folders)
		builds = append(builds, all)
		if len(builds) == 1 {
			return nil, errors.New("a mistake in the source")
		}
		return map[string]string{"all": all}, nil
	})
	ask := func(root, dir string, target build.Target, folders ...string) {
		t.Helper()
		paths, err := once(t.Context(), root, dir, target, folders...)
		if want := name(root, dir, target, folders); err == nil && paths["all"] != want {
			t.Errorf("%s gave %v", want, paths)
		}
	}
	for range 3 {
		ask("r", "d", build.Target{}, "a", "b")
		ask("r", "d", build.Target{}, "a b")
		ask("r", "e", build.Target{}, "a", "b")
		ask("s", "d", build.Target{}, "a", "b")
		ask("r", "d", build.Lambda, "a", "b")
		ask("r", "d", build.Target{OS: "darwin", Arch: "arm64"}, "a", "b")
		ask("r", "d", build.Target{OS: "linux", Arch: "amd64"}, "a", "b")
	}
	want := []string{
		"r d   a b", "r d   a b", "r e   a b", "s d   a b", "r d linux arm64 a b", "r d darwin arm64 a b", "r d linux amd64 a b", "r d   a b",
	}
	if !slices.Equal(builds, want) {
		t.Errorf("it built %q, want %q", builds, want)
	}
}

// lock records the calls that a mutex would get.
type lock struct {
	held  bool
	taken int
}

func (l *lock) Lock()   { l.held = true; l.taken++ }
func (l *lock) Unlock() { l.held = false }

// A mutex covers the whole call: both the build and the check for a finished build. A
// failed call releases it, too.
func TestOnceDoesOneThingAtATime(t *testing.T) {
	var l lock
	builds := 0
	once := build.OnceWith(func(context.Context, string, string, build.Target, ...string) (map[string]string, error) {
		if builds++; !l.held {
			t.Error("it built without the lock")
		}
		if builds == 1 {
			return nil, errors.New("a mistake in the source")
		}
		return map[string]string{}, nil
	}, &l)
	for call := 1; call <= 3; call++ { // one fails, one builds, one finds it built
		_, err := once(t.Context(), "r", "d", build.Target{}, "a")
		if l.held || l.taken != call || (err != nil) != (call == 1) {
			t.Errorf("after %d calls the lock was taken %d times, and is held: %t; error %v", call, l.taken, l.held, err)
		}
	}
	if builds != 2 {
		t.Errorf("%d builds, want one that failed and one", builds)
	}
}
