package main

import (
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/coldstart"
)

const coldstartHelp = `Starts eight functions in turn: get, get with the SDK's usual configuration, a naive get in
Python, an empty function, and apply, republish, update and delete. Prints a section in
Markdown: the ratios of the times to the first answer, whether the targets are met, memory
and sizes. Takes about a minute, and needs the network once, for Python's packages.`

func coldstartCommand(std cli.Streams) *cobra.Command {
	o := coldstart.Options{Root: "."}
	c := &cobra.Command{
		Use:   "coldstart [flags]",
		Short: "the time from the start of each function to its first answer",
		Long:  coldstartHelp,
		Args:  cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := checkRange("--runs", o.Runs, 1, coldstart.MaxRuns); err != nil {
				return err
			}
			result, err := coldstart.Run(c.Context(), o)
			if err != nil {
				return err
			}
			return result.Write(std.Out)
		},
	}
	cli.IntVar(c.Flags(), &o.Runs, "runs", coldstart.DefaultRuns, "`number` of starts of each function")
	return c
}
