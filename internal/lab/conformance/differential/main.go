// Command differential sends random requests to localaws and to a peer, and
// shows where the two answer differently.
//
//	go run ./internal/lab/conformance/differential tables   --seed 1 --cases 50000   # dynoxide
//	go run ./internal/lab/conformance/differential patterns --seed 1 --cases 100000  # event-ruler
//	go run ./internal/lab/conformance/differential queues   --seed 1 --cases 2000    # ElasticMQ
//
// Case number i, counted from 0, is made of seed+i alone, so that --seed N
// --cases 1 plays one case again. A difference that is not declared, with its
// reason, is printed with that command, and the exit code is 1.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/peterbourgon/ff/v4"
	"github.com/peterbourgon/ff/v4/ffhelp"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/differential/patterns"
	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/differential/queues"
	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/differential/tables"
	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err = errors.Join(err, peers.Stop(context.Background())); err != nil {
		fmt.Fprintln(os.Stderr, "differential:", err)
		os.Exit(1)
	}
}

// compare plays cases from a seed and writes what it found.
type compare func(ctx context.Context, seed uint64, cases int, out io.Writer) error

func run(ctx context.Context, args []string, out io.Writer) error {
	root := &ff.Command{
		Name: "differential", Usage: "differential <subcommand> [flags]",
		ShortHelp: "compare localaws with software that others wrote",
		Flags:     ff.NewFlagSet("differential"),
		Subcommands: []*ff.Command{
			command("tables", "DynamoDB and its streams against dynoxide", 50_000, tables.Compare, out),
			command("patterns", "event patterns against event-ruler", 100_000, patterns.Compare, out),
			command("queues", "SQS against ElasticMQ", 2_000, queues.Compare, out),
		},
	}
	err := root.ParseAndRun(ctx, args)
	if errors.Is(err, ff.ErrHelp) || errors.Is(err, ff.ErrNoExec) {
		fmt.Fprint(out, ffhelp.Command(root.GetSelected()))
		if errors.Is(err, ff.ErrHelp) {
			return nil
		}
	}
	return err
}

func command(name, help string, standard int, f compare, out io.Writer) *ff.Command {
	flags := ff.NewFlagSet(name)
	seed := flags.Uint64Long("seed", 1, "seed of the first case; the next case has the next seed")
	cases := flags.IntLong("cases", standard, "how many cases to play")
	return &ff.Command{
		Name: name, Usage: "differential " + name + " [flags]", ShortHelp: help, Flags: flags,
		Exec: func(ctx context.Context, _ []string) error { return f(ctx, *seed, *cases, out) },
	}
}
