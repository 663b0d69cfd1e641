// Package python runs the naive service in Python as real Lambda functions. get.py,
// update.py and delete.py are handlers over one table.
//
// It follows common practice: one boto3 resource at the top of the module, the table's
// name from the environment, the client's defaults. It reads an item, changes it and
// puts it back whole.
//
// What it loses:
//
//   - Of two overlapping updates, the one that was put first, even if the keys differ.
//   - An erasure, if an update was under way at the same time.
//   - The order of updates, because nothing says which one is older.
//   - The exact text of numbers.
//
// The functions run on awslambdaric, the runtime that AWS's own Python runtime uses.
// The packages are installed into a virtual environment under .bin/peers/python,
// together with their compiled files. They are not part of the repository. The compiled
// files make the functions start faster than most deployed zips.
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

// ErrNoPython says that this machine has no Python 3.
var ErrNoPython = errors.New("there is no python3 on this machine")

// ErrNoPackages says that the environment or its packages could not be installed,
// because the network or pip is missing.
var ErrNoPackages = errors.New("Python's packages could not be installed")

// source is the folder of the handlers and of the lists of packages. environment is the
// folder for the packages. Both are relative to the repository.
const (
	source      = "internal/lab/bench/peers/python"
	environment = ".bin/peers/python"
)

// packages lists the requirement files: for the handlers, and for AWS's runtime.
var packages = []string{"requirements.txt", "requirements-runtime.txt"}

// Functions are the paths of executables that speak the Lambda Runtime API.
type Functions struct{ Get, Update, Delete string }

// Install makes the virtual environment and the executables under root, the
// repository's folder. It does nothing if they exist already, with the same packages.
// The first call needs the network. The error wraps ErrNoPython or ErrNoPackages if the
// machine lacks something.
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

// InstallOrSay is Install for callers that can continue without Python. If the machine
// lacks something, missing says what, in one line, and err is nil.
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

// oneLine joins the lines of a text and shortens a long text in the middle, because pip
// names the cause at the end.
func oneLine(text string) string {
	const end = 150 // letters to keep at either side
	letters := []rune(strings.TrimRight(strings.Join(strings.Fields(text), " "), "."))
	if len(letters) <= 2*end {
		return string(letters)
	}
	return string(letters[:end]) + " ... " + string(letters[len(letters)-end:])
}

// Installed returns the functions that an earlier Install has made.
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

// requirements returns the lists of packages and the root, because an environment
// cannot be moved to another folder.
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

// bootstrap runs one handler, like `python -m awslambdaric get.handler` in the
// handlers' folder. It uses no shell, whose start would count as the function's.
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
	return os.WriteFile(path, []byte(text), 0o700) // an executable
}
