package build

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Module is the path of this module, by which the pipeline is told from a skill that
// has a serverless.yml of its own.
const Module = "github.com/bot-preferences/bot-preferences"

// A Place is where the pipeline's source is, and where its binaries go.
type Place struct {
	Root string // has serverless.yml
	Out  string // a folder that can be written

	// Required tells that another module requires the pipeline's and brought it here.
	Required bool
}

// Pipeline finds the pipeline's source for dir. That is the folder at or above dir that
// has a go.mod of Module and a serverless.yml. If there is none, it is the version of
// Module that the Go module at dir requires. The error says what is missing.
func Pipeline(ctx context.Context, dir string) (Place, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Place{}, err
	}
	foreign := ""
	for at := abs; ; at = filepath.Dir(at) {
		if isFile(filepath.Join(at, "serverless.yml")) {
			if moduleOf(at) == Module {
				return Place{Root: at, Out: filepath.Join(at, ".bin", "local")}, nil
			}
			if foreign == "" {
				foreign = filepath.Join(at, "serverless.yml")
			}
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	p, err := required(ctx, abs)
	if err != nil && ctx.Err() == nil {
		err = notFound(abs, foreign, err)
	}
	return p, err
}

func notFound(dir, foreign string, why error) error {
	text := "the pipeline is not in " + dir + " or above it"
	if foreign != "" {
		text += " (" + foreign + " is that of another service)"
	}
	return fmt.Errorf("%s, and %w: name the folder of a checkout with --dir", text, why)
}

// moduleOf reads the module's path from a folder's go.mod; "" without one.
func moduleOf(dir string) string {
	f, err := os.Open(filepath.Join(dir, "go.mod"))
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "module "); ok {
			return strings.Trim(strings.TrimSpace(name), `"`)
		}
	}
	return ""
}

// listed is what go list -m -json says of a module.
type listed struct {
	Dir, Version string
	Replace      *listed
}

// required finds the pipeline among the modules that the one at dir requires.
func required(ctx context.Context, dir string) (Place, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-mod=readonly", "-m", "-json", Module)
	cmd.Dir = dir
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return Place{}, ctx.Err()
	}
	var m listed
	if err != nil || json.Unmarshal(out, &m) != nil {
		return Place{}, errors.New("no Go module there requires " + Module)
	}
	if m.Replace != nil {
		m.Dir, m.Version = m.Replace.Dir, m.Replace.Version
	}
	if !isFile(filepath.Join(m.Dir, "serverless.yml")) {
		return Place{}, errors.New("the Go module there requires " + Module + ", which is not downloaded (go mod download)")
	}
	p := Place{Root: m.Dir, Out: filepath.Join(m.Dir, ".bin", "local"), Required: true}
	if m.Version != "" { // in the module cache, which nobody writes into
		cache, err := os.UserCacheDir()
		if err != nil {
			return Place{}, err
		}
		p.Out = filepath.Join(cache, "botprefs", m.Version)
	}
	return p, nil
}
