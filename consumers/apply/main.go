// Command apply merges batches of the change queue into the profile store.
//
// Environment: TABLE_NAME, DEAD_LETTER_QUEUE_URL (the change queue's).
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
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/queue"
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
	table, err := awsconfig.Required("TABLE_NAME")
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
	store := profilestore.New(dynamodb.NewFromConfig(cfg), table)
	letters := queue.NewDeadLetters(sqs.NewFromConfig(cfg), url)
	return &consumers.Apply{
		Merge: func(ctx context.Context, userID string, delta events.State) (bool, error) {
			result, err := store.Merge(ctx, userID, delta)
			return result.Changed, err
		},
		DeadLetters: consumers.DeadLettersFunc(func(ctx context.Context, l consumers.Letter) error {
			return letters.Put(ctx, queue.Letter{
				Body: l.Body, Code: l.Code, Message: l.Message, Attributes: l.Attributes(),
			})
		}),
		Log: log,
	}, nil
}
