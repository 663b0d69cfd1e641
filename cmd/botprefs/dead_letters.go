package main

import (
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

func countLetters(n int) string { return cli.Plural(int64(n), "dead letter") }
