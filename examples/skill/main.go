// Command skill is a skill of a bot that wants to know one thing of its users:
// the language. It makes a queue and a rule of its own on the bus, so that only
// announcements in which the language changed reach it, and greets in that
// language.
//
// Announcements come at least once and in any order. Per user the skill keeps
// the revision that it applied last, drops what is not greater, and replaces
// its copy by the preferences in the announcement. Of a user without a language
// it keeps nothing but the revision: the rule would not tell it when such a
// user is erased.
//
// Copies are in memory. The queue and the rule stay when the skill ends, so that
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
		fmt.Fprintln(os.Stderr, "skill:", err)
		os.Exit(1)
	}
}
