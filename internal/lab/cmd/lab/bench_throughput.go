package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/throughput"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
)

const throughputHelp = `Measures the share of the apply handler and of the SDK, beside the time that encoding/json
needs to read the same messages. Measures the whole handler on localaws. A batch of 100 has
1, 3 and 10 changes of each user. Prints a section in Markdown. In another DynamoDB it
creates a table, and deletes it again. internal/lab/conformance/peers/install installs
dynoxide, a DynamoDB that others made.`

func throughputCommand(std cli.Streams) *cobra.Command {
	var o throughput.Options
	c := &cobra.Command{
		Use:   "throughput [flags]",
		Short: "how many changes per second one core applies, and what takes the time",
		Long:  throughputHelp,
		Args:  cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			err := errors.Join(checkRange("--rounds", o.Rounds, 1, throughput.MaxRounds),
				checkRange("--batches", o.Batches, 1, throughput.MaxBatches), localrun.CheckDynamoDB(o.DynamoDB))
			if err != nil {
				return err
			}
			r, err := throughputBesidePeer(c.Context(), o)
			if err != nil {
				return err
			}
			return r.Write(std.Out)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	cli.IntVar(flags, &o.Rounds, "rounds", 15, "`number` of rounds")
	cli.IntVar(flags, &o.Batches, "batches", 5, "`number` of batches of 100 changes in a round")
	flags.StringVar(&o.DynamoDB, "dynamodb", "", "`URL` of a DynamoDB to measure beside localaws; default dynoxide, if it is installed")
	return c
}

func throughputBesidePeer(ctx context.Context, o throughput.Options) (_ throughput.Result, err error) {
	o, stop, err := o.WithPeer()
	if err != nil {
		return throughput.Result{}, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	return throughput.Run(ctx, o)
}
