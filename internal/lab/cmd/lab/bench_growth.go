package main

import (
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/growth"
)

const growthHelp = `Plays 10 to 20,000 changes a second in virtual time under AWS's stated limits. Counts what
a change needs on a table of 1,000 and of 100,000 users. Prints a section in Markdown.
Takes one to two minutes.`

func growthCommand(std cli.Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "growth",
		Short: "which AWS limit comes first at which load and number of users, and what to set",
		Long:  growthHelp,
		Args:  cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			root, err := build.Root(".")
			if err != nil {
				return err
			}
			report, err := growth.Measure(c.Context(), root, progress(std))
			if err != nil {
				return err
			}
			return report.Write(std.Out)
		},
	}
}
