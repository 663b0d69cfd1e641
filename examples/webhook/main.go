// Command webhook is a subscriber outside of AWS: an HTTP server to which EventBridge
// posts announcements, as the serverless.yml beside it configures. It keeps a copy of
// every profile in memory, and prints what it keeps.
//
// WEBHOOK_SECRET is the value that EventBridge sends in the header
// X-Preferences-Secret. TLS ends before this server, at a load balancer or proxy.
//
// With --api it reads profiles that did not fit into their announcement over the
// pipeline's HTTP API, with AWS credentials of the environment. Without --api the copy
// of such a profile is stale until an announcement fits.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/bot-preferences/bot-preferences/examples/internal/profiles"
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
	api := flags.String("api", "", "`URL` of the pipeline's HTTP API, to read profiles that do not fit into an announcement")
	if err := flags.Parse(args); err != nil {
		return err
	}
	secret := os.Getenv("WEBHOOK_SECRET")
	if secret == "" {
		return errors.New("the environment variable WEBHOOK_SECRET is required: without it anybody could post")
	}
	options, err := following(ctx, *api)
	if err != nil {
		return err
	}
	receiver := newReceiver(secret, subscriber.NewMemory(), os.Stdout, options...)
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: receiver, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() }) // EventBridge posts interrupted requests again
	fmt.Printf("listening on http://%s/preferences\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// following returns options that read truncated profiles, if there is an API to read
// them from. They log on standard error why an announcement must be redelivered.
func following(ctx context.Context, api string) ([]subscriber.Option, error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	options := []subscriber.Option{subscriber.WithLog(log)}
	if api == "" {
		return options, nil
	}
	if u, err := url.Parse(api); err != nil || u.Host == "" {
		return nil, errors.New("--api must be a URL such as http://127.0.0.1:8080")
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	if cfg.Region == "" {
		return nil, errors.New("no AWS region, with which calls of --api are signed: set AWS_REGION")
	}
	return append(options, subscriber.WithReader(profiles.Reader(cfg, api))), nil
}
