package main

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
)

type (
	letter      = deadletter.Browsed
	deadLetters = deadletter.Queue
)

func openDeadLetters(client *sqs.Client, url string) *deadLetters {
	return deadletter.New(client, url)
}

// releaseTimeout bounds the release of letters after ctx has ended.
const releaseTimeout = 10 * time.Second

// release lets others see the letters again, also after Ctrl-C. Without it they would
// stay hidden for minutes.
func release(ctx context.Context, letters *deadLetters, browsed []letter) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	var errs []error
	for _, l := range browsed {
		errs = append(errs, letters.Release(ctx, l))
	}
	return errors.Join(errs...)
}

func countLetters(n int) string { return cli.Plural(int64(n), "dead letter") }
