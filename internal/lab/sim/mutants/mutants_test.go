package mutants

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A mutant whose text is gone would only be found out by a run of all mutants.
func TestMutantsFitTheSources(t *testing.T) {
	names := map[string]bool{}
	for _, m := range mutants {
		source, err := os.ReadFile(filepath.Join("..", "..", "..", "..", m.file))
		if n := strings.Count(string(source), m.old); err != nil || n != 1 {
			t.Errorf("%s: %s contains %d times %q, %v", m.name, m.file, n, m.old, err)
		}
		if names[m.name] {
			t.Errorf("two mutants are called %q", m.name)
		}
		names[m.name] = true
	}
}

func TestReadFinding(t *testing.T) {
	f, err := read("12 histories, 10s\n\nseed 7 violates\nG3 No resurrection: why\n\nThe whole history: ...\n")
	if err != nil || f.history != 7 || f.guarantee != "G3" {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := read("panic: no\n"); err == nil {
		t.Error("a crash counts as a finding")
	}
}
