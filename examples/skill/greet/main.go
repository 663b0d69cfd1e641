// Command greet is the Lambda function of the greeting skill. It keeps a copy of two
// preferences, language and name, in its own table. It greets a user whose language has
// changed.
//
// Environment: COPIES_TABLE; PREFERENCES_API, the URL of the pipeline's HTTP API, to
// read profiles that do not fit into an event (if empty, such a profile makes the copy
// stale).
package main

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/examples/internal/profiles"
	"github.com/bot-preferences/bot-preferences/examples/skill/internal/greeting"
	"github.com/bot-preferences/bot-preferences/subscriber"
	"github.com/bot-preferences/bot-preferences/subscriber/copytable"
)

func main() {
	log := lambdacontext.NewLogger()
	handler, err := newHandler(context.Background(), log)
	if err != nil {
		log.Error("cannot start", "error", err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

func newHandler(ctx context.Context, log *slog.Logger) (*subscriber.Handler, error) {
	table := os.Getenv("COPIES_TABLE")
	if table == "" {
		return nil, errors.New("the environment variable COPIES_TABLE is required")
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	greet := greeting.Follow(copytable.New(dynamodb.NewFromConfig(cfg), table), os.Stdout)
	options := []subscriber.Option{subscriber.WithLogger(log)}
	if api := os.Getenv("PREFERENCES_API"); api != "" {
		options = append(options, subscriber.WithReader(profiles.Reader(cfg, api)))
	}
	return subscriber.NewHandler(greet, options...), nil
}
