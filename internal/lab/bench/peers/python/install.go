// Package python runs the naive service in Python as real Lambda functions: get.py,
// update.py and delete.py, each a handler over one table.
//
// It copies from common practice: one resource of boto3 at the module's top, the
// table's name from the environment, an item that is read, changed and put back
// whole, the client's defaults for everything else.
//
// What it loses: of two updates that overlap, the one that put first, whatever
// its keys; an erasure during which an update was under way; and the order of
// updates, for nothing says which is the older one. Numbers lose their text.
//
// The functions run on awslambdaric, which is what AWS's own Python runtime
// consists of. The packages are installed, with their compiled files, into a
// virtual environment under .bin/peers/python; nothing of them is part of the
// repository. Compiled files make them start faster than out of most zips.
package python

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ErrNoPython says that this machine has no Python 3 to make an environment of.
var ErrNoPython = errors.New("there is no python3 on this machine")

// ErrNoPackages says that the environment or its packages could not be installed:
// there is no network, or no pip.
var ErrNoPackages = errors.New("Python's packages could not be installed")

// source is where the handlers and the lists of packages are, and environment
// where the packages go, both relative to the repository.
const (
	source      = "internal/lab/bench/peers/python"
	environment = ".bin/peers/python"
)

// packages are the files that list them: what the handlers need, and what AWS
// has around them.
var packages = []string{"requirements.txt", "requirements-runtime.txt"}

// Functions are executables that speak the Lambda Runtime API.
type Functions struct{ Get, Update, Delete string }

// Install makes the virtual environment under root, the repository's folder,
// unless it is there with these packages, and the executables. It needs the
// network the first time. Its error wraps ErrNoPython or ErrNoPackages where it
// is the machine that has not what it takes.
func Install(ctx context.Context, root string) (Functions, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return Functions{}, err
	}
	wanted, err := requirements(root)
	if err != nil {
		return Functions{}, err
	}
	f := functions(root)
	mark := filepath.Join(root, environment, "installed.txt")
	if have, err := os.ReadFile(mark); err == nil && string(have) == wanted {
		return f, nil
	}
	if err := create(ctx, root); err != nil {
		return Functions{}, err
	}
	for path, handler := range map[string]string{f.Get: "get", f.Update: "update", f.Delete: "delete"} {
		if err := writeBootstrap(root, path, handler); err != nil {
			return Functions{}, err
		}
	}
	return f, os.WriteFile(mark, []byte(wanted), 0o600)
}

// InstallOrSay is Install for those who go on without: where the machine has not
// what it takes, missing says why, in one line, and there is no error.
func InstallOrSay(ctx context.Context, root string) (f Functions, missing string, err error) {
	f, err = Install(ctx, root)
	switch {
	case ctx.Err() != nil:
		return Functions{}, "", ctx.Err()
	case errors.Is(err, ErrNoPython):
		return Functions{}, ErrNoPython.Error(), nil
	case errors.Is(err, ErrNoPackages):
		return Functions{}, oneLine(err.Error()), nil
	case err != nil:
		return Functions{}, "", fmt.Errorf("the Python peer: %w", err)
	}
	return f, "", nil
}

// oneLine is a text without line ends, its middle left out where it is long: pip
// says last what is wrong.
func oneLine(text string) string {
	const end = 150 // of letters, on either side
	letters := []rune(strings.TrimRight(strings.Join(strings.Fields(text), " "), "."))
	if len(letters) <= 2*end {
		return string(letters)
	}
	return string(letters[:end]) + " ... " + string(letters[len(letters)-end:])
}

// Installed are the functions that Install has made before.
func Installed(root string) (Functions, bool) {
	root, err := filepath.Abs(root)
	if err != nil {
		return Functions{}, false
	}
	wanted, err := requirements(root)
	have, missing := os.ReadFile(filepath.Join(root, environment, "installed.txt"))
	return functions(root), err == nil && missing == nil && string(have) == wanted
}

func functions(root string) Functions {
	at := func(name string) string { return filepath.Join(root, environment, "functions", name) }
	return Functions{Get: at("get"), Update: at("update"), Delete: at("delete")}
}

// requirements are the texts of the lists of packages, and the root: an
// environment cannot be moved.
func requirements(root string) (string, error) {
	all := []string{root}
	for _, name := range packages {
		text, err := os.ReadFile(filepath.Join(root, source, name))
		if err != nil {
			return "", err
		}
		all = append(all, string(text))
	}
	return strings.Join(all, "\n"), nil
}

func create(ctx context.Context, root string) error {
	python, err := exec.LookPath("python3")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoPython, err)
	}
	dir := filepath.Join(root, environment)
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := run(ctx, python, "-m", "venv", dir); err != nil {
		return fmt.Errorf("%w: %w", ErrNoPackages, err)
	}
	install := []string{"-m", "pip", "install", "--quiet", "--disable-pip-version-check"}
	for _, name := range packages {
		install = append(install, "--requirement", filepath.Join(root, source, name))
	}
	if err := run(ctx, interpreter(root), install...); err != nil {
		return fmt.Errorf("%w: %w", ErrNoPackages, err)
	}
	return nil
}

func interpreter(root string) string { return filepath.Join(root, environment, "bin", "python") }

func run(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return nil
}

// bootstrap runs one handler, as `python -m awslambdaric get.handler` in the
// handlers' folder does, without a shell before it whose start would count.
const bootstrap = `#!%s
import sys
sys.path.insert(0, %q)
sys.argv = ["awslambdaric", %q]
from awslambdaric.__main__ import main
main(sys.argv)
`

func writeBootstrap(root, path, handler string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	text := fmt.Sprintf(bootstrap, interpreter(root), filepath.Join(root, source), handler+".handler")
	return os.WriteFile(path, []byte(text), 0o700) // a program
}
