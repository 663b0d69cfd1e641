// Command worker is the greeting skill as a program that runs somewhere, and not
// as a Lambda function: it makes a queue and a rule of its own on the bus, so that
// only announcements in which the language changed, erasures and snapshots reach
// it, polls the queue and greets in that language. It imports the contract alone, package events; a
// function takes package subscriber: see ../greet.
//
// Announcements come at least once and in any order. Per user the skill keeps
// the revision that it applied last, drops what is not greater, and replaces
// its copy by the preferences in the announcement. Of a user without a language
// it keeps nothing but the revision: it has no use for the rest.
//
// Copies are in memory, and last as long as the program does: after a restart an
// older announcement that comes late counts as the newest. The queue and the rule stay when the skill ends, so that
// it misses nothing until it runs again.
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
