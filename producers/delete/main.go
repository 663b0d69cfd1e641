// Command delete publishes the erasure of a user for callers of the HTTP
// API: DELETE of /preferences.
//
// Environment: TABLE_NAME, EVENT_BUS_NAME, and optionally EVENT_SOURCE, the
// source of the changes (default http-api).
package main

import (
	"cmp"
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/bot-preferences/bot-preferences/dynamo"
	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/internal/awsenv"
	"github.com/bot-preferences/bot-preferences/producers"
)

func main() {
	log := lambdacontext.NewLogger()
	api, err := newAPI(context.Background(), log)
	if err != nil {
		log.Error("cannot start", "error", err)
		os.Exit(1)
	}
	lambda.StartHandlerFunc(api.Delete)
}

func newAPI(ctx context.Context, log *slog.Logger) (*producers.API, error) {
	table, err := awsenv.Required("TABLE_NAME")
	if err != nil {
		return nil, err
	}
	bus, err := awsenv.Required("EVENT_BUS_NAME")
	if err != nil {
		return nil, err
	}
	cfg, err := awsenv.Config(ctx)
	if err != nil {
		return nil, err
	}
	source := cmp.Or(os.Getenv("EVENT_SOURCE"), "http-api")
	publisher, err := producers.NewPublisher(source, eventbus.New(eventbridge.NewFromConfig(cfg), bus))
	if err != nil {
		return nil, err
	}
	store := dynamo.New(dynamodb.NewFromConfig(cfg), table)
	return producers.NewAPI(publisher, store, producers.WithLogger(log)), nil
}
