package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/watch"
)

// A guard is a process that removes a rule and a queue once the process that started it
// has ended, in whatever way. It reads its standard input, whose other end only that
// process holds: the system closes it with the process.
type guard struct {
	process  *exec.Cmd
	lifeline io.Closer
	watch    string // the command that removes what a guard left behind
}

const guardName = "watch-guard"

// startGuard starts the guard, before there is something to remove.
func (o *clientOptions) startGuard(std cli.Streams, cfg aws.Config, bus string, name watch.Name) (*guard, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("no guard for the rule and the queue: %w", err)
	}
	args := []string{guardName, "--bus", bus, "--name", name.String(), "--region", cfg.Region}
	if o.endpoint != "" {
		args = append(args, "--endpoint", o.endpoint)
	}
	if o.profile != "" {
		args = append(args, "--profile", o.profile)
	}
	process := exec.Command(self, args...)  // with no context: it outlives this process
	if file, ok := std.Err.(*os.File); ok { // anything else would be written to from here
		process.Stderr = file
	}
	detach(process)
	lifeline, err := process.StdinPipe()
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("no guard for the rule and the queue: %w", err)
	}
	return &guard{process, lifeline, o.commandLine("watch")}, nil
}

// end lets the guard remove everything, and waits for it.
func (g *guard) end() error {
	_ = g.lifeline.Close() // a guard that is gone needs no end
	if err := g.process.Wait(); err != nil {
		return fmt.Errorf("the rule and the queue may still be there (%w); the next watch removes them: %s", err, g.watch)
	}
	return nil
}

// guardOptions are the flags of the guard, which nobody else calls.
type guardOptions struct {
	clientOptions
	bus, name string
}

func guardCommand(std cli.Streams) *cobra.Command {
	var o guardOptions
	c := &cobra.Command{
		Use:    guardName,
		Short:  "remove what a watch has made, once it has ended",
		Args:   cli.NoArguments,
		Hidden: true,
		RunE:   func(c *cobra.Command, _ []string) error { return guardWatch(c.Context(), std, o) },
	}
	o.clientOptions.register(c)
	c.Flags().StringVar(&o.bus, "bus", "", "`name` of the bus")
	c.Flags().StringVar(&o.name, "name", "", "`name` of the rule and the queue")
	return c
}

// removal bounds the removal, and removals how often it is tried. A rule that was made in
// the same moment may not be found yet.
const (
	removal  = 20 * time.Second
	removals = 3
)

func guardWatch(ctx context.Context, std cli.Streams, o guardOptions) error {
	name, ok := watch.ParseName(o.name)
	if !ok || o.bus == "" {
		return errors.New("this is for botprefs watch alone")
	}
	cfg, err := o.open(ctx)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, std.In) // until the watch has ended
	bus := &watch.Bus{
		Events: eventbridge.NewFromConfig(cfg),
		Queues: sqs.NewFromConfig(cfg), Name: o.bus,
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removal)
	defer cancel()
	for range removals {
		if err = bus.Remove(ctx, name); err == nil {
			return nil
		}
	}
	return brief(err)
}
