// Command change answers GET /changes/{eventId} from the history and the profile store.
//
// Environment: HISTORY_TABLE_NAME, TABLE_NAME (the profiles'), STAGE, STACK_ID.
package main

import (
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/internal/env"
	"github.com/bot-preferences/bot-preferences/internal/historystore"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

func main() {
	log := lambdacontext.NewLogger()
	reader, err := newReader(log)
	if err != nil {
		log.Error("cannot start", "error", err)
		os.Exit(1)
	}
	lambda.StartHandlerFunc(reader.Get)
}

func newReader(log *slog.Logger) (*httpapi.ChangeReader, error) {
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
	store := historystore.New(client, kept)
	return &httpapi.ChangeReader{
		Find: store.Find, History: store.Load,
		Read: profilestore.New(client, profiles).Read, Logger: log, Telemetry: reporter,
	}, nil
}
