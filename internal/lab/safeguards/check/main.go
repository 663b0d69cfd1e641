// Command check holds the templates that osls compiled to the safeguards, and
// prints one line per rule, stage and service.
//
//	go run ./internal/lab/safeguards/check DIR...
//
// Each DIR is of one service and has a folder per stage (dev, staging, prod), each
// as `osls package --package` wrote it. A rule that is about nothing in one service
// is broken only where it is about nothing in any.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/bot-preferences/bot-preferences/internal/lab/safeguards"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: check DIR..., each with a folder per stage as osls package wrote it")
		os.Exit(2)
	}
	broken, err := run(os.Args[1:], os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
	if broken > 0 {
		fmt.Fprintf(os.Stderr, "check: %d rules are broken\n", broken)
		os.Exit(1)
	}
}

// run returns how many rules are broken.
func run(dirs []string, out io.Writer) (broken int, err error) {
	for _, stage := range []string{"dev", "staging", "prod"} {
		looked := map[string]int{} // at so many resources of all services, by rule
		var services [][]safeguards.Result
		for _, dir := range dirs {
			t, err := safeguards.Load(filepath.Join(dir, stage), stage)
			if err != nil {
				return broken, err
			}
			results := safeguards.Check(t)
			for _, r := range results {
				looked[r.Says] += r.Looked
			}
			services = append(services, results)
		}
		for i, results := range services {
			broken += tell(out, stage, dirs[i], results, looked)
		}
	}
	return broken, nil
}

// tell prints the results of one service that are about something, and returns
// how many rules are broken.
func tell(out io.Writer, stage, dir string, results []safeguards.Result, looked map[string]int) (broken int) {
	for _, result := range results {
		if result.Looked == 0 && looked[result.Says] > 0 {
			continue
		}
		mark := "ok  "
		if len(result.Broken) > 0 {
			mark, broken = "FAIL", broken+1
		}
		fmt.Fprintf(out, "%s  %-7s  %s: %s (%d)\n", mark, stage, filepath.Base(dir), result.Says, result.Looked)
		for _, what := range result.Broken {
			fmt.Fprintf(out, "      %s\n", what)
		}
	}
	return broken
}
