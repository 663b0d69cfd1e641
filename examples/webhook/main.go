// Command webhook is a subscriber that is not on AWS: an HTTP server to which
// EventBridge posts announcements, as serverless.yml beside it says. It keeps a
// copy of every profile, in memory, and prints what it keeps.
//
// WEBHOOK_SECRET is the value that EventBridge sends in the header
// X-Preferences-Secret. TLS ends before it, at a load balancer or proxy.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/bot-preferences/bot-preferences/subscriber"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "webhook:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends, which is no error.
func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("webhook", flag.ContinueOnError)
	addr := flags.String("addr", "127.0.0.1:9000", "`address` to listen on; port 0 takes any free one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	secret := os.Getenv("WEBHOOK_SECRET")
	if secret == "" {
		return errors.New("the environment variable WEBHOOK_SECRET is required: without it anybody could post")
	}
	receiver := newReceiver(secret, subscriber.NewMemory(), os.Stdout)
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: receiver, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() }) // what is cut off is posted again
	fmt.Printf("listening on http://%s/preferences\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
