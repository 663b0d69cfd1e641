package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/differential/patterns"
	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/differential/queues"
	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/differential/tables"
	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
)

const differentialHelp = `Sends random requests to localaws and to a peer, and shows where their answers differ.

Case number i, counted from 0, is made from the seed plus i alone, so --seed N --cases 1
plays one case again. A difference that is not declared, with its reason, is printed with
that command, and the exit status is 1.`

func differentialCommand(std cli.Streams) *cobra.Command {
	return cli.Group(&cobra.Command{
		Use:   "differential <service> [flags]",
		Short: "compare localaws with software that others wrote, by random requests",
		Long:  differentialHelp,
	},
		compareCommand(std, "patterns", "event patterns against event-ruler", 100_000, patterns.Compare),
		compareCommand(std, "tables", "DynamoDB and its streams against dynoxide", 50_000, tables.Compare),
		compareCommand(std, "queues", "SQS against ElasticMQ", 2_000, queues.Compare))
}

// A comparison plays cases from a seed on, and prints what it found.
type comparison func(ctx context.Context, seed uint64, cases int, out io.Writer) error

func compareCommand(std cli.Streams, name, about string, defaultCases int, compare comparison) *cobra.Command {
	var seed uint64
	var cases int
	c := &cobra.Command{
		Use:   name + " [flags]",
		Short: about,
		Long:  "Compares " + about + ".\n\n" + differentialHelp,
		Args:  cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			err := compare(c.Context(), seed, cases, std.Out)
			return errors.Join(err, peers.Stop(context.WithoutCancel(c.Context())))
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.Uint64Var(&seed, "seed", 1, "`seed` of the first case; the next case has the next seed")
	cli.IntVar(flags, &cases, "cases", defaultCases, "`number` of cases to play")
	return c
}
