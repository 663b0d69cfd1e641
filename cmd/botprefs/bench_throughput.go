package main

import (
	"context"
	"errors"

	"github.com/peterbourgon/ff/v4"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/throughput"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
)

func throughputCommand(std streams) *ff.Command {
	var o throughput.Options
	flags := ff.NewFlagSet("throughput")
	flags.IntVar(&o.Rounds, 0, "rounds", 15, "how many rounds are played")
	flags.IntVar(&o.Batches, 0, "batches", 5, "how many batches of 100 changes a round has")
	flags.StringVar(&o.DynamoDB, 0, "dynamodb", "", "URL of a DynamoDB to measure beside localaws (default: dynoxide, where it is installed)")
	return &ff.Command{
		Name: "throughput", Usage: "botprefs bench throughput [--rounds N] [--batches N] [--dynamodb URL]",
		ShortHelp: "how many changes a second one core applies, and who takes the time",
		LongHelp: "Measures the apply handler's own share and the SDK's beside what encoding/json takes to read the same\n" +
			"messages, and the whole handler on localaws, for 1, 3 and 10 changes of each user in a batch of 100.\n" +
			"Prints a section in Markdown. In a DynamoDB of its own it makes a table, which it drops again.\n" +
			"internal/lab/conformance/peers/install installs dynoxide, one that others made.",
		Flags: flags,
		Exec: flagsOnly("bench throughput", func(ctx context.Context) error {
			if err := errors.Join(within("--rounds", o.Rounds, 1, throughput.MaxRounds),
				within("--batches", o.Batches, 1, throughput.MaxBatches), localrun.CheckDynamoDB(o.DynamoDB)); err != nil {
				return err
			}
			r, err := throughputBesidePeer(ctx, o)
			if err != nil {
				return err
			}
			return r.Write(std.out)
		}),
	}
}

func throughputBesidePeer(ctx context.Context, o throughput.Options) (_ throughput.Result, err error) {
	o, stop, err := o.WithPeer()
	if err != nil {
		return throughput.Result{}, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	return throughput.Run(ctx, o)
}
