package python_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers/python"
)

// repository is a folder with the lists of packages and nothing else.
func repository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	folder := filepath.Join(root, "internal/lab/bench/peers/python")
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"requirements.txt", "requirements-runtime.txt"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("x==1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// A python3 that always fails stands for a machine without network or pip.
func TestWithoutPackagesItSaysWhy(t *testing.T) {
	bin := t.TempDir()
	script := "#!/bin/sh\necho 'Looking.' >&2\necho 'No route to host.' >&2\nexit 1\n"
	if err := os.WriteFile(filepath.Join(bin, "python3"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	_, missing, err := python.InstallOrSay(t.Context(), repository(t))
	if err != nil || !strings.HasPrefix(missing, "Python's packages could not be installed: ") || !strings.HasSuffix(missing, "Looking. No route to host") {
		t.Errorf("%q, %v", missing, err)
	}
}

func TestWithoutPythonItSaysSo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, missing, err := python.InstallOrSay(t.Context(), repository(t)); err != nil || missing != python.ErrNoPython.Error() {
		t.Errorf("%q, %v", missing, err)
	}
}

// A mistake in the repository or of the caller is still an error.
func TestOtherErrorsStayErrors(t *testing.T) {
	if _, missing, err := python.InstallOrSay(t.Context(), t.TempDir()); err == nil || missing != "" {
		t.Errorf("without lists of packages: %q, %v", missing, err)
	}
	t.Setenv("PATH", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, missing, err := python.InstallOrSay(ctx, repository(t)); err == nil || missing != "" {
		t.Errorf("when it is given up: %q, %v", missing, err)
	}
}
