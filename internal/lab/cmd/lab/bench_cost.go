package main

import (
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/cost"
)

const costHelp = `Plays the same changes through each design, in virtual time and with localaws as AWS.
Counts what AWS bills for, and prints tables in Markdown. The counts are the same on every
machine. Takes two to four minutes.`

func costCommand(std cli.Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "cost",
		Short: "what AWS bills for a million changes: this pipeline, what people use today, and each lever",
		Long:  costHelp,
		Args:  cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			root, err := build.Root(".")
			if err != nil {
				return err
			}
			report, err := cost.Compare(c.Context(), root, progress(std))
			if err != nil {
				return err
			}
			return report.Write(std.Out)
		},
	}
}
