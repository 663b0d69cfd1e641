package compile_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/cmd/botprefs/compile"
)

func TestOnceBuildsTheSameOnceAndTriesAgainWhatFailed(t *testing.T) {
	var builds []string
	build := compile.Once(func(_ context.Context, root, dir string, target compile.Target, folders ...string) (map[string]string, error) {
		all := strings.Join(append([]string{root, dir, target.Arch}, folders...), " ")
		builds = append(builds, all)
		if len(builds) == 1 {
			return nil, errors.New("a mistake in the source")
		}
		return map[string]string{"all": all}, nil
	})
	ask := func(root, dir string, target compile.Target, folders ...string) {
		t.Helper()
		paths, err := build(t.Context(), root, dir, target, folders...)
		if want := strings.Join(append([]string{root, dir, target.Arch}, folders...), " "); err == nil && paths["all"] != want {
			t.Errorf("%s gave %v", want, paths)
		}
	}
	for range 3 {
		ask("r", "d", compile.Target{}, "a", "b")
		ask("r", "d", compile.Target{}, "a b")
		ask("r", "e", compile.Target{}, "a", "b")
		ask("s", "d", compile.Target{}, "a", "b")
		ask("r", "d", compile.Lambda, "a", "b")
	}
	if want := []string{"r d  a b", "r d  a b", "r e  a b", "s d  a b", "r d arm64 a b", "r d  a b"}; !slices.Equal(builds, want) {
		t.Errorf("it built %q, want %q", builds, want)
	}
}
