// Command get answers GET /preferences from the profile store.
//
// Environment: TABLE_NAME.
package main

import (
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

func main() {
	log := lambdacontext.NewLogger()
	get, err := newGet(log)
	if err != nil {
		log.Error("cannot start", "error", err)
		os.Exit(1)
	}
	lambda.StartHandlerFunc(get.Handle)
}

func newGet(log *slog.Logger) (*consumers.Get, error) {
	table, err := awsconfig.Required("TABLE_NAME")
	if err != nil {
		return nil, err
	}
	cfg, err := awsconfig.Config()
	if err != nil {
		return nil, err
	}
	return &consumers.Get{Read: profilestore.New(dynamodb.NewFromConfig(cfg), table).Read, Log: log}, nil
}
