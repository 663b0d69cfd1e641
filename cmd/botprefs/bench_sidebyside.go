package main

import (
	"context"
	"errors"

	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/sidebyside"
)

func sidebysideCommand(std streams) *ff.Command {
	o := sidebyside.Options{Root: "."}
	flags := ff.NewFlagSet("peers")
	flags.IntVar(&o.Rounds, 0, "rounds", sidebyside.DefaultRounds, "how many rounds are played of each fold")
	flags.IntVar(&o.Batches, 0, "batches", sidebyside.DefaultBatches, "how many batches of 100 changes a round has")
	return &ff.Command{
		Name: "peers", Usage: "botprefs bench peers [--rounds N] [--batches N]", Flags: flags,
		ShortHelp: "apply beside what people use today: time, requests, memory, and values that are wrong in the end",
		LongHelp: "Runs apply, two usual consumers in Go and a usual service in Python as warm processes on local tables, in\n" +
			"turn, and prints a section in Markdown: ratios, DynamoDB's requests and units, how many values each has wrong\n" +
			"after deliveries that overlap, come in another order or come again, and times. Takes about a minute, and the\n" +
			"network once, for Python's packages.",
		Exec: flagsOnly("bench peers", func(ctx context.Context) error {
			if err := errors.Join(within("--rounds", o.Rounds, 1, sidebyside.MaxRounds), within("--batches", o.Batches, 1, sidebyside.MaxBatches)); err != nil {
				return err
			}
			r, err := sidebyside.Run(ctx, o)
			if err != nil {
				return err
			}
			return r.Write(std.out)
		}),
	}
}
