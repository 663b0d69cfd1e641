// Command worker is the greeting skill as a program that runs somewhere, and not
// as a Lambda function: it makes a queue and a rule of its own on the bus, so that
// only announcements in which the language changed, erasures and snapshots reach
// it, polls the queue and greets in that language. The queue's messages go to
// package subscriber as Lambda would hand them over; what the skill does with
// them is in ../greeting, for the function in ../greet too.
//
// A message that fails, or that cannot be read, is not acknowledged: after five
// times the queue moves it to greeter-<stage>-dlq.
//
// Copies are in memory, and last as long as the program does: after a restart an
// older announcement that comes late counts as the newest. The queue and the rule
// stay when the skill ends, so that it misses nothing until it runs again.
//
// The AWS configuration comes from the environment, as for any AWS tool.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(1)
	}
}
