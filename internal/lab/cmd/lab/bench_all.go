package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/summary"
)

// performancePage holds the results of all benchmarks.
const performancePage = "docs/performance.md"

const allHelp = `Runs every benchmark that ` + performancePage + ` has a section for, and writes that page.
Takes five to ten minutes on two cores with nothing else to do.`

func allCommand(std cli.Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "all",
		Short: "measure everything, and write " + performancePage,
		Long:  allHelp,
		Args:  cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return writePerformance(c.Context(), std)
		},
	}
}

// writePerformance runs the sections with the defaults of their flags, and writes what
// they print to the page.
func writePerformance(ctx context.Context, std cli.Streams) error {
	root, err := build.Root(".")
	if err != nil {
		return err
	}
	results := strings.Builder{}
	for _, section := range sections {
		results.WriteByte('\n')
		into := cli.Streams{In: std.In, Out: &results, Err: std.Err}
		if err := cli.Execute(ctx, section(into), nil, into); err != nil {
			return err
		}
	}
	text := summary.Page(results.String())
	if err := os.WriteFile(filepath.Join(root, performancePage), []byte(text), 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.Out, performancePage+" is written")
	return err
}
