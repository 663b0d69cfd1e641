// Package wiring connects the update and delete Lambdas to the table and the bus
// that their environment names. It is a part of their mains, which differ in
// their handler alone.
package wiring

import (
	"cmp"
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/env"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
	"github.com/bot-preferences/bot-preferences/producers"
)

// Writer makes the handlers of the environment: TABLE_NAME, EVENT_BUS_NAME, STAGE,
// STACK_ID, and optionally EVENT_SOURCE, the source of the changes (default http-api). Its
// error names the variable that is missing.
func Writer(logger *slog.Logger) (*httpapi.Writer, error) {
	table, err := env.Required("TABLE_NAME")
	if err != nil {
		return nil, err
	}
	bus, err := env.Required("EVENT_BUS_NAME")
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
	source := cmp.Or(os.Getenv("EVENT_SOURCE"), "http-api")
	// The bus retries for 1.5 s, and then the caller is told: it knows better than the
	// function whether to wait.
	once := producers.WithRetry(events.Retry{Attempts: 1})
	publisher, err := producers.NewPublisher(source, eventbus.New(eventbridge.NewFromConfig(cfg), bus), once)
	if err != nil {
		return nil, err
	}
	store := profilestore.New(dynamodb.NewFromConfig(cfg), table)
	publish := func(ctx context.Context, c events.PreferenceChange) error {
		_, err := publisher.PublishOne(ctx, c)
		return err
	}
	return &httpapi.Writer{Publish: publish, Read: store.Read, Logger: logger, Source: source, Telemetry: reporter}, nil
}
