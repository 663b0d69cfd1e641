// Command history keeps what the bus carried in the history table.
//
// Environment: HISTORY_TABLE_NAME, TABLE_NAME (the profiles', read for their fences),
// STAGE, STACK_ID.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/env"
	"github.com/bot-preferences/bot-preferences/internal/historystore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

func main() {
	log := lambdacontext.NewLogger()
	history, err := newHistory(log)
	if err != nil {
		log.Error("cannot start", "error", err)
		os.Exit(1)
	}
	lambda.StartHandlerFunc(history.Handle)
}

func newHistory(log *slog.Logger) (*consumers.History, error) {
	kept, err := env.Required("HISTORY_TABLE_NAME")
	if err != nil {
		return nil, err
	}
	profiles, err := env.Required("TABLE_NAME")
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
	client := dynamodb.NewFromConfig(cfg)
	store := profilestore.New(client, profiles)
	return &consumers.History{
		Keep: historystore.New(client, kept).Keep,
		Fence: func(ctx context.Context, userID string) (events.Stamp, error) {
			p, err := store.Read(ctx, userID)
			return p.Cleared, err
		},
		Logger: log, Telemetry: reporter,
	}, nil
}
