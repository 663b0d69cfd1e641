// Command worker is the greeting skill as a program of its own, not as a Lambda
// function. It creates a queue and a rule on the bus, so that it receives only
// announcements in which the language changed, erasures and snapshots. It polls the
// queue and greets in that language. Package subscriber handles the messages as in a
// Lambda function. What the skill does with them is in ../internal/greeting, which the
// function in ../greet uses too.
//
// A message that fails, or that cannot be read, is not acknowledged. After five
// receives the queue moves it to greeter-<stage>-dlq.
//
// Copies are in memory, and last as long as the program runs. After a restart, an older
// announcement that arrives late therefore counts as the newest. The queue and the rule
// stay when the skill ends, so it misses nothing until it runs again.
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
