package main

import (
	"context"

	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/cost"
)

func costCommand(std streams) *ff.Command {
	return &ff.Command{
		Name: "cost", Usage: "botprefs bench cost",
		ShortHelp: "what AWS bills for a million changes: this pipeline, what people use today, and each lever",
		LongHelp: "Plays the same changes through each design, in virtual time and with localaws as AWS, counts what AWS\n" +
			"bills for and prints tables in Markdown. The counts are the same on every machine. Takes two to four minutes.",
		Flags: ff.NewFlagSet("cost"),
		Exec: flagsOnly("bench cost", func(ctx context.Context) error {
			root, err := build.Root(".")
			if err != nil {
				return err
			}
			report, err := cost.Compare(ctx, root, progress(std))
			if err != nil {
				return err
			}
			return report.Write(std.out)
		}),
	}
}
