package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// asProgram is set where this test's binary is to be botprefs.
const asProgram = "BOTPREFS_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	_ = os.Setenv(asProgram, "1") // for the guards of the tests' own watches
	os.Exit(m.Run())
}

// programEnv is an environment in which this test's binary is the program botprefs.
func programEnv(t *testing.T) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Symlink(self, filepath.Join(folder, "botprefs")); err != nil {
		t.Fatal(err)
	}
	return append(os.Environ(), asProgram+"=1", "PATH="+folder+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func shell(t *testing.T, script string) (stdout, stderr string, status int) {
	t.Helper()
	var out, failures strings.Builder
	c := exec.CommandContext(t.Context(), "bash", "-c", script)
	c.Env, c.Stdout, c.Stderr = programEnv(t), &out, &failures
	err := c.Run()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Fatal(err)
	}
	return out.String(), failures.String(), c.ProcessState.ExitCode()
}

func TestExitStatus(t *testing.T) {
	for script, want := range map[string]struct {
		status         int
		stdout, stderr string
	}{
		"botprefs --help":                              {0, "run, build and look after", ""},
		"botprefs snapshot --help | head -n 1":         {0, "Announces every profile", ""},
		"set -o pipefail; botprefs --help | head -n 1": {0, "run, build and look after", ""},
		"botprefs":               {1, "", "botprefs: name a subcommand\n"},
		"botprefs snapshto":      {1, "", "botprefs: unknown subcommand \"snapshto\": did you mean snapshot? (botprefs --help lists the subcommands)\n"},
		"botprefs dev --bogus":   {1, "", "botprefs: dev: unknown flag \"--bogus\" (botprefs dev --help lists the flags)\n"},
		"botprefs redrive -send": {1, "", "botprefs: redrive: unknown flag \"-send\" (botprefs redrive --help lists the flags)\n"},
	} {
		out, errors, status := shell(t, script)
		if status != want.status || !strings.Contains(out, want.stdout) || !strings.HasSuffix(errors, want.stderr) || want.stdout == "" && out != "" || want.stderr == "" && errors != "" {
			t.Errorf("%s: status %d\n%s\n%s", script, status, out, errors)
		}
	}
}

// Ctrl-C is named, and ends with status 1.
func TestInterruptedProcess(t *testing.T) {
	t.Parallel()
	c := exec.CommandContext(t.Context(), "bash", "-c", "exec botprefs snapshot --bus b --checkpoint none --endpoint http://127.0.0.1:1")
	c.Env = programEnv(t)
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "asking http://127.0.0.1:1 ") {
		t.Errorf("it begins with %q", lines.Text())
	}
	if err := c.Process.Signal(syscall.SIGINT); err != nil {
		t.Error(err)
	}
	if !lines.Scan() || lines.Text() != "botprefs: interrupted" || lines.Scan() {
		t.Errorf("it ends with %q", lines.Text())
	}
	if err := c.Wait(); c.ProcessState.ExitCode() != 1 {
		t.Errorf("%v", err)
	}
}
