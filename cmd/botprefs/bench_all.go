package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/summary"
)

// performancePage is where the results of all benchmarks are kept.
const performancePage = "docs/performance.md"

// allCommand runs the sections and keeps what they print.
func allCommand(std streams) *ff.Command {
	return &ff.Command{
		Name: "all", Usage: "botprefs bench all",
		ShortHelp: "measure everything, and write " + performancePage,
		LongHelp:  "Runs every benchmark that " + performancePage + " has a section of, and writes that page.\nTakes five to ten minutes on two cores with nothing else to do.",
		Flags:     ff.NewFlagSet("all"),
		Exec: flagsOnly("bench all", func(ctx context.Context) error {
			root, err := build.Root(".")
			if err != nil {
				return err
			}
			results := strings.Builder{}
			for _, section := range sections {
				results.WriteByte('\n')
				if err := section(streams{out: &results, err: std.err}).ParseAndRun(ctx, nil); err != nil {
					return err
				}
			}
			text := summary.Page(results.String())
			return errors.Join(os.WriteFile(filepath.Join(root, performancePage), []byte(text), 0o644), told(std))
		}),
	}
}

func told(std streams) error {
	_, err := fmt.Fprintln(std.out, performancePage+" is written")
	return err
}
