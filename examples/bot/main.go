// Command bot is a small chat bot that learns how its users like to be addressed. It
// reads Telegram updates, one JSON object per line, from a file or its standard input.
// It understands commands and plain phrases (package understand), and infers the language
// of those who do not say it. It publishes what it learned with package producers, and
// prints one line per message.
//
// The AWS configuration comes from the environment, as for any AWS tool: AWS_REGION,
// credentials, and AWS_ENDPOINT_URL to use a local run.
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
		fmt.Fprintln(os.Stderr, "bot:", err)
		os.Exit(1)
	}
}
