package stack_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A caller that passes parameters on can recognize an unknown one. The known names are
// those that the file declares for any stage, and those that it refers to.
func TestParametersAreTold(t *testing.T) {
	names := func(path string) []string {
		told := map[string]bool{}
		mustLoad(t, path, stack.Options{Stage: "dev", Parameter: func(name string) { told[name] = true }})
		return slices.Sorted(maps.Keys(told))
	}
	small := filepath.Join(t.TempDir(), "serverless.yml")
	if err := os.WriteFile(small, []byte("service: small\nprovider: {name: aws}\nparams: {default: {a: 1}, prod: {b: 2}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b"}, names(small)); diff != "" {
		t.Error(diff)
	}
	declared := names(exampleFile)
	path := refusal{old: variableUnderTest, new: `RETRIES: "a-${sls:stage, param:unneeded}-${param:asked, 'x'}"`}.apply(t, exampleFile)
	want := slices.Sorted(slices.Values(append([]string{"asked", "unneeded"}, declared...)))
	if diff := cmp.Diff(want, names(path)); diff != "" {
		t.Error(diff)
	}
}
