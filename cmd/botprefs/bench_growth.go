package main

import (
	"context"

	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/growth"
)

func growthCommand(std streams) *ff.Command {
	return &ff.Command{
		Name: "growth", Usage: "botprefs bench growth",
		ShortHelp: "at which load and with how many users which limit of AWS comes first, and what to set",
		LongHelp: "Plays 10 to 20,000 changes a second in virtual time under AWS's stated limits, counts what a change needs on a\n" +
			"table of 1,000 and of 100,000 users, and prints a section in Markdown. Takes one to two minutes.",
		Flags: ff.NewFlagSet("growth"),
		Exec: flagsOnly("bench growth", func(ctx context.Context) error {
			root, err := build.Root(".")
			if err != nil {
				return err
			}
			report, err := growth.Measure(ctx, root, progress(std))
			if err != nil {
				return err
			}
			return report.Write(std.out)
		}),
	}
}
