// Package peers is what people build today where this pipeline could stand, each
// a small version that is faithful to common practice:
//
//   - python: boto3 functions that read an item and write it back whole
//   - updateitem: a queue consumer that makes one UpdateItem of each message
//   - optimistic: a queue consumer that reads, merges and writes under a version
//
// emptyhandler and defaultconfig are for measuring starts alone: a function that
// does nothing, and this project's get with the SDK's usual configuration.
//
// All take what the pipeline takes: HTTP requests, or messages of a queue whose
// bodies are EventBridge's envelopes of PreferenceChange. None checks more of
// them than its kind usually does. The package itself is what the two consumers
// share: reading a batch.
package peers

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	awsevents "github.com/aws/aws-lambda-go/events"
)

// A Change is what a message asks for. A nil preference unsets its key.
type Change struct {
	UserID      string         `json:"user_id"`
	Preferences map[string]any `json:"preferences"`
	Replace     bool           `json:"replace"`
}

// Each gives the change of every message to write, one by one, and answers which
// messages shall come again.
func Each(ctx context.Context, batch awsevents.SQSEvent, write func(context.Context, Change) error) (awsevents.SQSEventResponse, error) {
	var answer awsevents.SQSEventResponse
	for _, m := range batch.Records {
		change, err := decode(m.Body)
		if err == nil {
			err = write(ctx, change)
		}
		if err != nil {
			slog.ErrorContext(ctx, "message failed", "message", m.MessageId, "error", err)
			answer.BatchItemFailures = append(answer.BatchItemFailures, awsevents.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
		}
	}
	return answer, nil
}

func decode(body string) (Change, error) {
	var envelope struct {
		Detail Change `json:"detail"`
	}
	if err := json.Unmarshal([]byte(body), &envelope); err != nil {
		return Change{}, err
	}
	if envelope.Detail.UserID == "" {
		return Change{}, fmt.Errorf("detail.user_id is required")
	}
	return envelope.Detail, nil
}
