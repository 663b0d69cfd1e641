package main

import (
	"context"
	"errors"

	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/deliveries"
)

func deliveriesCommand(std streams) *ff.Command {
	var load deliveries.Load
	var each bool
	flags := ff.NewFlagSet("deliveries")
	flags.IntVar(&load.Changes, 0, "changes", 300, "how many changes are published")
	flags.IntVar(&load.Rate, 0, "rate", 20, "how many in a second")
	flags.BoolVar(&each, 0, "each", "print what each subscriber saw, too")
	return &ff.Command{
		Name: "deliveries", Usage: "botprefs bench deliveries [--changes N] [--rate N] [--each]",
		ShortHelp: "how announcements reach 1, 10 and 50 subscribers, and what that costs",
		LongHelp: "Runs the pipeline with 1, 10 and 50 subscribers beside it, each a function behind a queue and a rule of\n" +
			"its own, and prints a table in Markdown: the time from the bus's taking a change to the end of each\n" +
			"subscriber's function, and what AWS bills for it. Takes about two minutes.",
		Flags: flags,
		Exec: flagsOnly("bench deliveries", func(ctx context.Context) error {
			if err := errors.Join(within("--changes", load.Changes, 1, deliveries.MaxChanges), within("--rate", load.Rate, 1, deliveries.MaxRate)); err != nil {
				return err
			}
			var results []deliveries.Result
			for _, c := range deliveries.Cases() {
				progress(std)(c.String())
				r, err := deliveries.Run(ctx, ".", c, load)
				if err != nil {
					return err
				}
				results = append(results, r)
			}
			if err := deliveries.Write(std.out, load, results); err != nil || !each {
				return err
			}
			return deliveries.WriteEach(std.out, results)
		}),
	}
}
