package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
)

// sections are the benchmarks that docs/performance.md has a section for, in its order.
var sections = []func(cli.Streams) *cobra.Command{
	coldstartCommand, sidebysideCommand, throughputCommand, latencyCommand, costCommand, growthCommand,
}

func benchCommand(std cli.Streams) *cobra.Command {
	bench := cli.Group(&cobra.Command{
		Use:   "bench <section> [flags]",
		Short: "measure the pipeline, and what people use today, on this machine",
	}, allCommand(std), deliveriesCommand(std), gateCommand(std))
	for _, section := range sections {
		bench.AddCommand(section(std))
	}
	return bench
}

// checkRange refuses a count outside a benchmark's limits. (The benchmarks take 0 for
// their default.)
func checkRange(flag string, n, least, most int) error {
	if n < least || n > most {
		return fmt.Errorf("%s is %d, and must be from %d to %d", flag, n, least, most)
	}
	return nil
}

// progress prints the next step of a benchmark.
func progress(std cli.Streams) func(next string) {
	return func(next string) { fmt.Fprintf(std.Err, "%s ...\n", next) }
}
