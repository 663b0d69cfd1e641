package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/deliveries"
)

const deliveriesHelp = `Runs the pipeline with 1, 10 and 50 subscribers beside it. Each is a function behind a
queue and a rule of its own. Prints a table in Markdown: the time from when the bus takes a
change to the end of each subscriber's function, and what AWS bills for it. Takes about two
minutes.`

func deliveriesCommand(std cli.Streams) *cobra.Command {
	var load deliveries.Load
	var each bool
	c := &cobra.Command{
		Use:   "deliveries [flags]",
		Short: "how announcements reach 1, 10 and 50 subscribers, and the cost",
		Long:  deliveriesHelp,
		Args:  cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return measureDeliveries(c.Context(), std, load, each)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	cli.IntVar(flags, &load.Changes, "changes", 300, "`number` of changes to publish")
	cli.IntVar(flags, &load.Rate, "rate", 20, "`number` of changes per second")
	flags.BoolVar(&each, "each", false, "print the figures of each subscriber too")
	return c
}

func measureDeliveries(ctx context.Context, std cli.Streams, load deliveries.Load, each bool) error {
	err := errors.Join(checkRange("--changes", load.Changes, 1, deliveries.MaxChanges), checkRange("--rate", load.Rate, 1, deliveries.MaxRate))
	if err != nil {
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
	if err := deliveries.Write(std.Out, load, results); err != nil || !each {
		return err
	}
	return deliveries.WriteEach(std.Out, results)
}
