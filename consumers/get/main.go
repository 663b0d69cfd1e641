// Command get answers GET /preferences from the profile store.
//
// Environment: TABLE_NAME, STAGE, STACK_ID.
package main

import (
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/internal/env"
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

func newReader(log *slog.Logger) (*httpapi.Reader, error) {
	table, err := env.Required("TABLE_NAME")
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
	return &httpapi.Reader{Read: store.Read, Logger: log, Telemetry: reporter}, nil
}
