package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/sidebyside"
)

const sidebysideHelp = `Runs apply, two usual consumers in Go and a usual service in Python as warm processes on
local tables, in turn. Prints a section in Markdown: ratios, DynamoDB's requests and units,
times, and how many values each has wrong after deliveries that overlap, are reordered or
are repeated. Takes about a minute, and needs the network once, for Python's packages.`

func sidebysideCommand(std cli.Streams) *cobra.Command {
	o := sidebyside.Options{Root: "."}
	c := &cobra.Command{
		Use:   "sidebyside [flags]",
		Short: "apply beside what people use today: time, requests, memory and wrong values",
		Long:  sidebysideHelp,
		Args:  cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			err := errors.Join(checkRange("--rounds", o.Rounds, 1, sidebyside.MaxRounds), checkRange("--batches", o.Batches, 1, sidebyside.MaxBatches))
			if err != nil {
				return err
			}
			r, err := sidebyside.Run(c.Context(), o)
			if err != nil {
				return err
			}
			return r.Write(std.Out)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	cli.IntVar(flags, &o.Rounds, "rounds", sidebyside.DefaultRounds, "`number` of rounds for each fold")
	cli.IntVar(flags, &o.Batches, "batches", sidebyside.DefaultBatches, "`number` of batches of 100 changes in a round")
	return c
}
