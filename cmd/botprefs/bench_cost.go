package main

import (
	"context"
	"fmt"

	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/bench/cost"
	"github.com/bot-preferences/bot-preferences/cmd/botprefs/compile"
)

func costCommand(std streams) *ff.Command {
	return &ff.Command{
		Name: "cost", Usage: "botprefs bench cost",
		ShortHelp: "what AWS bills for a million changes: this pipeline, what people use today, and each lever",
		LongHelp: "Plays the same changes through each design, in virtual time and with localaws as AWS, counts what AWS\n" +
			"bills for and prints tables in Markdown. The counts are the same on every machine. Takes about two minutes.",
		Flags: ff.NewFlagSet("cost"),
		Exec: func(_ context.Context, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("bench cost takes no arguments, and got %q", args[0])
			}
			root, err := compile.Root(".")
			if err != nil {
				return err
			}
			report, err := cost.Compare(root, func(next string) { fmt.Fprintf(std.err, "%s ...\n", next) })
			if err != nil {
				return err
			}
			return report.Write(std.out)
		},
	}
}
