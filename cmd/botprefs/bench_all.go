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
)

// performancePage is where the results of all benchmarks are kept.
const performancePage = "docs/performance.md"

const performanceHead = `# Performance

What the pipeline costs in time, memory and money, beside what people use today. ` + "`make bench`" + ` measures all of it in one run and
writes this page; ` + "`botprefs bench`" + ` has each part by itself. Ratios come first: they hold elsewhere, times belong to the machine that
a section names. What is counted (requests, allocations, sizes) is the same everywhere, and CI holds it to limits
([` + "`internal/lab/bench/gate`" + `](../bench/gate)). How announcements reach many subscribers is in [deliveries.md](deliveries.md).

Where tables are needed, ` + "`localaws`" + ` has them: a process on this machine, whose answers take a fraction of a millisecond. Apply as a
whole is measured on dynoxide too, a DynamoDB that others made, where it is installed ([peers](../localaws/conformance/peers)). Nothing here
was measured in AWS.
`

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
			page := strings.Builder{}
			page.WriteString(performanceHead)
			for _, section := range sections {
				page.WriteByte('\n')
				if err := section(streams{out: &page, err: std.err}).ParseAndRun(ctx, nil); err != nil {
					return err
				}
			}
			text := strings.TrimRight(page.String(), "\n") + "\n"
			return errors.Join(os.WriteFile(filepath.Join(root, performancePage), []byte(text), 0o644), told(std))
		}),
	}
}

func told(std streams) error {
	_, err := fmt.Fprintln(std.out, performancePage+" is written")
	return err
}
