package main

import (
	"context"
	"fmt"

	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/latency"
)

func latencyCommand(std streams) *ff.Command {
	flags := ff.NewFlagSet("latency")
	changes := flags.Int(0, "changes", latency.DefaultChanges, "how many changes are published at each load, at least")
	loads := flags.String(0, "load", latency.DefaultLoads, "the loads, in percent of the measured capacity")
	return &ff.Command{
		Name: "latency", Usage: "botprefs bench latency [--changes N] [--load 10,50,90]", Flags: flags,
		ShortHelp: "how long a change takes until it is visible, and until it is announced",
		LongHelp: "Runs the pipeline without batching windows and with those of prod, measures how many changes per second\n" +
			"it takes, offers parts of that at a fixed rate, and prints a section in Markdown: the times from a change's\n" +
			"being due to its being visible and announced, beside the sum of the windows and the single hops. Takes about\n" +
			"a minute and a half.",
		Exec: flagsOnly("bench latency", func(ctx context.Context) error {
			if err := within("--changes", *changes, latency.MinChanges, latency.MaxChanges); err != nil {
				return err
			}
			percents, err := latency.ParseLoads(*loads)
			if err != nil {
				return fmt.Errorf("--load %s: %w", *loads, err)
			}
			result, err := latency.Run(ctx, latency.Options{
				Root: ".", Changes: *changes, Loads: percents,
				Progress: progress(std),
			})
			if err != nil {
				return err
			}
			return result.Write(std.out)
		}),
	}
}
