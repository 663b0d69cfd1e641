// Command republish announces each new revision of a profile on the bus.
//
// Environment: EVENT_BUS_NAME, DEAD_LETTER_QUEUE_URL (the announcements').
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
	"github.com/bot-preferences/bot-preferences/queue"
)

func main() {
	log := lambdacontext.NewLogger()
	republish, err := newRepublish(log)
	if err != nil {
		log.Error("cannot start", "error", err)
		os.Exit(1)
	}
	lambda.StartHandlerFunc(republish.Handle)
}

func newRepublish(log *slog.Logger) (*consumers.Republish, error) {
	bus, err := awsconfig.Required("EVENT_BUS_NAME")
	if err != nil {
		return nil, err
	}
	url, err := awsconfig.Required("DEAD_LETTER_QUEUE_URL")
	if err != nil {
		return nil, err
	}
	cfg, err := awsconfig.Config()
	if err != nil {
		return nil, err
	}
	letters := queue.NewDeadLetters(sqs.NewFromConfig(cfg), url)
	return &consumers.Republish{
		Images:    consumers.Images{Profile: item.ProfileOf, User: item.UserOf, Revision: item.RevisionOf},
		Announcer: eventbus.New(eventbridge.NewFromConfig(cfg), bus),
		DeadLetters: consumers.DeadLettersFunc(func(ctx context.Context, l consumers.Letter) error {
			return letters.Put(ctx, queue.Letter{
				Body: l.Body, Code: l.Code, Message: l.Message, Attributes: l.Attributes(),
			})
		}),
		Log: log,
	}, nil
}
