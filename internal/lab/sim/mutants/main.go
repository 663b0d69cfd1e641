// Command mutants shows that the simulator can fail: it builds the pipeline with
// one mistake at a time and has the simulator look for it. It ends with 1 where
// a mistake is not found within --seeds histories.
//
//	go run ./internal/lab/sim/mutants            all of them
//	go run ./internal/lab/sim/mutants --only fence
//	go run ./internal/lab/sim/mutants --fastest 10
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

func main() {
	only := flag.String("only", "", "mutants whose name contains this")
	fastest := flag.Int("fastest", 0, "of those only the ones that are found in the fewest histories; 0: all")
	seeds := flag.Int("seeds", 2000, "histories in which each has to be found")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *only, *fastest, *seeds); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, only string, fastest, seeds int) error {
	root, err := filepath.Abs(".")
	if err != nil {
		return err
	}
	chosen, err := choose(only, fastest)
	if err != nil {
		return err
	}
	found, all := 0, len(chosen)
	for _, m := range chosen {
		finding, err := hunt(ctx, root, m, seeds)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case err != nil:
			fmt.Printf("ERROR      %s: %v\n", m.name, err)
		case finding == nil:
			fmt.Printf("NOT FOUND  %s\n", m.name)
		default:
			found++
			fmt.Printf("found by %s, history %-5d %s\n", finding.guarantee, finding.history, m.name)
		}
	}
	fmt.Printf("%d of %d mutants found within %d histories\n", found, all, seeds)
	if found < all {
		return errors.New("not every mutant was found")
	}
	return nil
}

// finding is which history found a mutant, and the guarantee that it violated.
type finding struct {
	history   int
	guarantee string
}

// hunt builds a mutant and simulates it; nil: nothing was found.
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
	guarantee = regexp.MustCompile(`^(G\d+) `)
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
		return nil, fmt.Errorf("the simulator failed otherwise: %.500s", out)
	}
	return &f, nil
}
