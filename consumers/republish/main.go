// Command republish announces each new revision of a profile on the bus.
//
// Environment: EVENT_BUS_NAME, DEAD_LETTER_QUEUE_URL (the announcements'), STAGE,
// STACK_ID.
package main

import (
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/env"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
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
	bus, err := env.Required("EVENT_BUS_NAME")
	if err != nil {
		return nil, err
	}
	url, err := env.Required("DEAD_LETTER_QUEUE_URL")
	if err != nil {
		return nil, err
	}
	reporter, err := telemetry.FromEnvironment()
	if err != nil {
		return nil, err
	}
	cfg, err := awsconfig.FromEnvironment()
	if err != nil {
		return nil, err
	}
	return &consumers.Republish{
		Images:      consumers.Images{Profile: item.ProfileOf, User: item.UserOf, Revision: item.RevisionOf, Late: item.LateOf},
		Announcer:   eventbus.New(eventbridge.NewFromConfig(cfg), bus),
		DeadLetters: deadletter.New(sqs.NewFromConfig(cfg), url),
		Telemetry:   reporter,
		Logger:      log,
	}, nil
}
