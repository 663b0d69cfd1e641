// Command botprefs is the pipeline's command line: it runs the whole pipeline
// on this machine, builds what is deployed, looks after dead letters, and tells
// subscribers that came late.
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
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once what takes too long to end well
	// Who reads our output may go away ("| head"). Then writing fails, and the
	// command can clean up; without this the signal would kill it on the spot.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "botprefs: interrupted")
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "botprefs:", err)
		os.Exit(1)
	}
}

// streams are a command's standard streams.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// run is the whole program as a function, so that a test can call it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	root := newRoot(streams{stdin, stdout, stderr})
	err := root.Parse(args)
	switch {
	case err == nil:
		err = root.Run(ctx)
	case !errors.Is(err, ff.ErrHelp):
		return misused(fullName(root.GetSelected()), args, err)
	}
	switch {
	case errors.Is(err, ff.ErrHelp):
		fmt.Fprint(stdout, ffhelp.Command(root.GetSelected()))
		return nil
	case errors.Is(err, ff.ErrNoExec):
		fmt.Fprint(stderr, ffhelp.Command(root.GetSelected()))
		if len(args) > 0 {
			return fmt.Errorf("unknown subcommand %q", args[0])
		}
		return errors.New("name a subcommand")
	}
	return err
}

func newRoot(std streams) *ff.Command {
	return &ff.Command{
		Name:      "botprefs",
		Usage:     "botprefs <subcommand> [flags]",
		ShortHelp: "the preference pipeline on your machine and in your hands",
		Flags:     ff.NewFlagSet("botprefs"),
		Subcommands: []*ff.Command{
			devCommand(std), buildCommand(std), resourcesCommand(std), redriveCommand(std),
			snapshotCommand(std), resyncCommand(std), advanceCommand(std), simCommand(std), benchCommand(std),
		},
	}
}
