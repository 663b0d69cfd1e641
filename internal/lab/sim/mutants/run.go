package mutants

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// Options say which mutants to try, and how hard.
type Options struct {
	Root    string    // of the repository
	Only    string    // tries only mutants whose name contains this
	Fastest int       // tries only so many, those found in the fewest histories; 0: all
	Seeds   int       // number of histories in which each must be found
	Out     io.Writer // gets one line per mutant
}

// Run tries one mutant after the other. It returns an error if one is not found.
func Run(ctx context.Context, o Options) error {
	chosen, err := choose(o.Only, o.Fastest)
	if err != nil {
		return err
	}
	found, tried := 0, len(chosen)
	for _, m := range chosen {
		finding, err := hunt(ctx, o.Root, m, o.Seeds)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case err != nil:
			fmt.Fprintf(o.Out, "ERROR      %s: %v\n", m.name, err)
		case finding == nil:
			fmt.Fprintf(o.Out, "NOT FOUND  %s\n", m.name)
		default:
			found++
			fmt.Fprintf(o.Out, "found by %s, history %-5d %s\n", finding.guarantee, finding.history, m.name)
		}
	}
	fmt.Fprintf(o.Out, "%d of %d mutants found within %d histories\n", found, tried, o.Seeds)
	if found < tried {
		return errors.New("not every mutant was found")
	}
	return nil
}

// A finding is the first history that violated a guarantee, and that guarantee.
type finding struct {
	history   int
	guarantee string
}

// hunt builds a mutant and simulates it. It returns nil if nothing was found.
func hunt(ctx context.Context, root string, m *mutant, seeds int) (*finding, error) {
	folder, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	binary, err := build(ctx, root, folder, m)
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, binary, "sim", "--from", "1", "--seeds", strconv.Itoa(seeds), "--whole")
	c.Dir = root
	out, err := c.Output()
	if err == nil {
		return nil, nil
	}
	return read(string(out))
}

var (
	violated  = regexp.MustCompile(`^seed (\d+) violates$`)
	guarantee = regexp.MustCompile(`^([GHM]\d+) `)
)

func read(out string) (*finding, error) {
	var f finding
	lines := bufio.NewScanner(strings.NewReader(out))
	for lines.Scan() {
		if m := violated.FindStringSubmatch(lines.Text()); m != nil {
			f.history, _ = strconv.Atoi(m[1])
		}
		if m := guarantee.FindStringSubmatch(lines.Text()); m != nil && f.guarantee == "" {
			f.guarantee = m[1]
		}
	}
	if f.history == 0 || f.guarantee == "" {
		return nil, fmt.Errorf("the simulator failed for another reason: %.500s", out)
	}
	return &f, nil
}
