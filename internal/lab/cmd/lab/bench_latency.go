package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/latency"
)

const latencyHelp = `Runs the pipeline without batching windows and with those of prod. Measures how many
changes per second it takes, and offers parts of that at a fixed rate. Prints a section in
Markdown: the times from when a change is due until it is visible and announced, beside the
sum of the windows and the single hops. Takes about a minute and a half.`

func latencyCommand(std cli.Streams) *cobra.Command {
	var changes int
	var loads string
	c := &cobra.Command{
		Use:   "latency [flags]",
		Short: "the time until a change is visible, and until it is announced",
		Long:  latencyHelp,
		Args:  cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return measureLatency(c.Context(), std, changes, loads)
		},
	}
	flags := c.Flags()
	cli.IntVar(flags, &changes, "changes", latency.DefaultChanges, "at least this `number` of changes is published at each load")
	flags.StringVar(&loads, "load", latency.DefaultLoads, "the loads, in `percent` of the measured capacity")
	return c
}

func measureLatency(ctx context.Context, std cli.Streams, changes int, loads string) error {
	if err := checkRange("--changes", changes, latency.MinChanges, latency.MaxChanges); err != nil {
		return err
	}
	percents, err := latency.ParseLoads(loads)
	if err != nil {
		return fmt.Errorf("--load %s: %w", loads, err)
	}
	result, err := latency.Run(ctx, latency.Options{Root: ".", Changes: changes, Loads: percents, Progress: progress(std)})
	if err != nil {
		return err
	}
	return result.Write(std.Out)
}
