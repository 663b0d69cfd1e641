// Command apply merges batches of the change queue into the profile store.
//
// Environment: TABLE_NAME, DEAD_LETTER_QUEUE_URL (the change queue's), STAGE, STACK_ID.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/env"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

func main() {
	log := lambdacontext.NewLogger()
	apply, err := newApply(log)
	if err != nil {
		log.Error("cannot start", "error", err)
		os.Exit(1)
	}
	lambda.StartHandlerFunc(apply.Handle)
}

func newApply(log *slog.Logger) (*consumers.Apply, error) {
	table, err := env.Required("TABLE_NAME")
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
	store := profilestore.New(dynamodb.NewFromConfig(cfg), table)
	return &consumers.Apply{
		Merge:       into(store),
		MergeLate:   into(store.Late()),
		DeadLetters: deadletter.New(sqs.NewFromConfig(cfg), url),
		Telemetry:   reporter,
		Logger:      log,
	}, nil
}

// into merges into a store.
func into(store *profilestore.Store) consumers.Merge {
	return func(ctx context.Context, userID string, delta events.State, traces events.Traces) (consumers.Merged, error) {
		result, err := store.MergeTraced(ctx, userID, delta, traces)
		return consumers.Merged{
			Stored: result.Stored, After: result.Profile.State, Revision: result.Profile.Revision, Retries: result.Retries,
		}, err
	}
}
