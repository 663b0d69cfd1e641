package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/examples/internal/profiles"
	"github.com/bot-preferences/bot-preferences/examples/skill/internal/greeting"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

// run subscribes, prints "ready" and follows announcements until ctx ends, which is no
// error.
func run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	cfg = awsconfig.KeepAnswers(cfg) // botprefs dev answers faster than the SDK expects
	if cfg.Region == "" {
		return errors.New("no AWS region: set AWS_REGION")
	}
	queues := sqs.NewFromConfig(cfg)
	sub := subscription{queues: queues, bus: eventbridge.NewFromConfig(cfg), busName: o.bus, name: "greeter-" + o.stage}
	queueURL, err := sub.make(ctx)
	if err != nil {
		return fmt.Errorf("cannot subscribe to %s: %w", o.bus, err)
	}
	// Log one line on stderr for each message that failed and will be redelivered.
	options := []subscriber.Option{subscriber.WithLogger(slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))}
	if o.api != "" {
		options = append(options, subscriber.WithReader(profiles.Reader(cfg, o.api)))
	}
	greet := greeting.Follow(subscriber.NewMemory(), stdout)
	if _, err := fmt.Fprintln(stdout, "ready"); err != nil {
		return err
	}
	in := inbox{queues: queues, url: queueURL, handler: subscriber.NewHandler(greet, options...), log: stderr}
	return in.follow(ctx)
}
