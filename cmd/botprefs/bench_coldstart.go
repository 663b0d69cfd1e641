package main

import (
	"context"

	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/coldstart"
)

func coldstartCommand(std streams) *ff.Command {
	flags := ff.NewFlagSet("coldstart")
	runs := flags.Int(0, "runs", coldstart.DefaultRuns, "how often each function is started")
	return &ff.Command{
		Name: "coldstart", Usage: "botprefs bench coldstart [--runs N]", Flags: flags,
		ShortHelp: "how long get takes from its start to its first answer, beside others",
		LongHelp: "Starts the get function, the same with the SDK's usual configuration, an empty one and a naive one in\n" +
			"Python, in turn, and prints a section in Markdown: the ratios of the times to the first answer and whether\n" +
			"the targets are reached, memory, sizes. Takes about a minute, and the network once, for Python's packages.",
		Exec: flagsOnly("bench coldstart", func(ctx context.Context) error {
			if err := within("--runs", *runs, 1, coldstart.MaxRuns); err != nil {
				return err
			}
			result, err := coldstart.Run(ctx, coldstart.Options{Root: ".", Runs: *runs})
			if err != nil {
				return err
			}
			return result.Write(std.out)
		}),
	}
}
