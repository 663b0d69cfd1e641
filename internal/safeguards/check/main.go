// Command check holds the templates that osls compiled to the safeguards, and
// prints one line per rule and stage.
//
//	go run ./internal/safeguards/check DIR
//
// DIR has a folder per stage (dev, staging, prod), each as `osls package
// --package` wrote it.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/bot-preferences/bot-preferences/internal/safeguards"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: check DIR, with a folder per stage as osls package wrote it")
		os.Exit(2)
	}
	broken, err := run(os.Args[1], os.Stdout)
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
func run(dir string, out io.Writer) (broken int, err error) {
	for _, stage := range []string{"dev", "staging", "prod"} {
		t, err := safeguards.Load(filepath.Join(dir, stage), stage)
		if err != nil {
			return broken, err
		}
		for _, result := range safeguards.Check(t) {
			mark := "ok  "
			if len(result.Broken) > 0 {
				mark, broken = "FAIL", broken+1
			}
			fmt.Fprintf(out, "%s  %-7s  %s (%d)\n", mark, stage, result.Says, result.Looked)
			for _, what := range result.Broken {
				fmt.Fprintf(out, "      %s\n", what)
			}
		}
	}
	return broken, nil
}
