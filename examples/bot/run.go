package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/eventbus"
)

// run plays the bot until its input or ctx ends. It returns an error at once if it
// cannot read an update, and at the end if changes could not be published.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	route, err := busFromEnvironment(ctx, o.bus)
	if err != nil {
		return err
	}
	if o.file != "" {
		f, err := os.Open(o.file)
		if err != nil {
			return err
		}
		defer f.Close()
		stdin = f
	}
	b, err := newBot(o, route, stdout)
	if err != nil {
		return err
	}
	return b.play(ctx, stdin)
}

func busFromEnvironment(ctx context.Context, name string) (*eventbus.Bus, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	if cfg.Region == "" {
		return nil, errors.New("no AWS region: set AWS_REGION")
	}
	return eventbus.New(eventbridge.NewFromConfig(awsconfig.WithTimeouts(cfg)), name), nil
}
