package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// run subscribes, prints "ready" and follows announcements until ctx ends, which
// is no error.
func run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	if cfg.Region == "" {
		return errors.New("no AWS region: set AWS_REGION")
	}
	queues := sqs.NewFromConfig(cfg)
	sub := subscription{queues: queues, bus: eventbridge.NewFromConfig(cfg), busName: o.bus, name: "greeter-" + o.stage}
	queueURL, err := sub.make(ctx)
	if err != nil {
		return fmt.Errorf("cannot subscribe to %s: %w", o.bus, err)
	}
	g := &greeter{copies: copies{}, out: stdout}
	if o.api != "" {
		g.read = profileReader(cfg, o.api)
	}
	if _, err := fmt.Fprintln(stdout, "ready"); err != nil {
		return err
	}
	in := inbox{queues: queues, url: queueURL, handle: g.handle, log: stderr}
	return in.follow(ctx)
}
