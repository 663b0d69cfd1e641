// Package peers holds what people build today in place of this pipeline. Each peer is
// small and follows common practice:
//
//   - python: boto3 functions that read an item and write it back whole
//   - updateitem: a queue consumer that makes one UpdateItem for each message
//   - optimistic: a queue consumer that reads, merges and writes under a version
//
// Two more exist only to compare cold starts: emptyhandler does nothing, and
// defaultconfig is this project's get with the SDK's usual configuration.
//
// All peers take the pipeline's input: HTTP requests, or queue messages whose bodies
// are EventBridge envelopes of PreferenceChange. They check no more of it than such
// code usually does. The package itself holds what the two consumers share: reading a
// batch.
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

// Each calls write with the change of every message, one by one. It returns which
// messages must be redelivered.
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
