package main

import (
	"context"
	"fmt"

	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/bench/deliveries"
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
		Exec: func(ctx context.Context, args []string) error {
			switch {
			case len(args) > 0:
				return fmt.Errorf("bench deliveries takes no arguments, and got %q", args[0])
			case load.Check() != nil:
				return load.Check()
			}
			var results []deliveries.Result
			for _, c := range deliveries.Cases() {
				fmt.Fprintf(std.err, "%s ...\n", c)
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
		},
	}
}
