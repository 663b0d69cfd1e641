package build_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/build"
)

// skill makes a skill's folder, as anybody has it: a Go module and a serverless.yml.
func skill(t *testing.T, goMod string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"serverless.yml": "service: skill\n", "go.mod": goMod} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestThePipelineIsFoundByItsModule(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	replaced := "module example.com/skill\n\ngo 1.26\n\nrequire " + build.Module + " v0.1.0\n\nreplace " + build.Module + " => " + root + "\n"
	for name, c := range map[string]struct {
		dir      string
		required bool
	}{
		"in the repository":        {".", false},
		"in a service of its own":  {"../../examples/skill", false},
		"in a skill that requires": {skill(t, replaced), true},
	} {
		p, err := build.Pipeline(t.Context(), c.dir)
		if want := (build.Place{Root: root, Out: filepath.Join(root, ".bin", "local"), Required: c.required}); err != nil || p != want {
			t.Errorf("%s: %+v, %v, want %+v", name, p, err, want)
		}
	}
}

func TestThePipelineThatIsNotThere(t *testing.T) {
	alone := skill(t, "module example.com/skill\n\ngo 1.26\n")
	for _, c := range []struct{ dir, want string }{
		{alone, "(" + filepath.Join(alone, "serverless.yml") + " is that of another service)"},
		{alone, "and no Go module there requires " + build.Module},
		{alone, "name the folder of a checkout with --dir"},
		{t.TempDir(), "the pipeline is not in "},
	} {
		if p, err := build.Pipeline(t.Context(), c.dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v, want an error with %q", c.dir, p, err, c.want)
		}
	}
}
