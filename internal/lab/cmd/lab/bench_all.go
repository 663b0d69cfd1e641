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
)

// performancePage holds the results of all benchmarks.
const performancePage = "docs/performance.md"

const performanceHead = `# Performance

What the pipeline costs in time, memory and money, beside what people use today. ` + "`make bench`" + ` measures all of it in one run and
writes this page; ` + "`go run ./internal/lab/cmd/lab bench`" + ` has each part by itself. Ratios come first: they hold elsewhere, times belong to the machine that
a section names. What is counted (requests, allocations, sizes) is the same everywhere, and CI holds it to limits
([` + "`internal/lab/bench/gate`" + `](../internal/lab/bench/gate)). How announcements reach many subscribers is in [deliveries.md](deliveries.md).

Where tables are needed, ` + "`localaws`" + ` has them: a process on this machine, whose answers take a fraction of a millisecond. Apply as a
whole is measured on dynoxide too, a DynamoDB that others made, where it is installed ([peers](../internal/lab/conformance/peers)). Nothing here
was measured in AWS.
`

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
	page := strings.Builder{}
	page.WriteString(performanceHead)
	for _, section := range sections {
		page.WriteByte('\n')
		into := cli.Streams{In: std.In, Out: &page, Err: std.Err}
		if err := cli.Execute(ctx, section(into), nil, into); err != nil {
			return err
		}
	}
	text := strings.TrimRight(page.String(), "\n") + "\n"
	if err := os.WriteFile(filepath.Join(root, performancePage), []byte(text), 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.Out, performancePage+" is written")
	return err
}
