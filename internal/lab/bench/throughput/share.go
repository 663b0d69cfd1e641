package throughput

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/events"
)

// floor reads messages with encoding/json and does nothing with them.
func floor(messages awsevents.SQSEvent) error {
	for i := range messages.Records {
		var e struct {
			ID         string   `json:"id"`
			DetailType string   `json:"detail-type"`
			Source     string   `json:"source"`
			Time       string   `json:"time"`
			Resources  []string `json:"resources"`
			Detail     struct {
				ID             string                     `json:"id"`
				UserID         string                     `json:"user_id"`
				Preferences    map[string]json.RawMessage `json:"preferences"`
				Replace        bool                       `json:"replace"`
				ConversationID string                     `json:"conversation_id"`
				Version        int                        `json:"version"`
			} `json:"detail"`
		}
		if err := json.Unmarshal([]byte(messages.Records[i].Body), &e); err != nil {
			return err
		}
	}
	return nil
}

// decode is the part of our share that does what the floor does, with validation.
func decode(messages awsevents.SQSEvent) error {
	for i := range messages.Records {
		if _, err := events.DecodeChange([]byte(messages.Records[i].Body)); err != nil {
			return err
		}
	}
	return nil
}

// A canned client replaces both DynamoDB and the SDK. It answers every UpdateItem at
// once with the same stored profile, or with none.
type canned struct{ answer *dynamodb.UpdateItemOutput }

// UpdateItem returns the answer.
func (c canned) UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return c.answer, nil
}

// GetItem returns an error, because the fast path must not read.
func (c canned) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return nil, errors.New("the fast path reads nothing, and asked for an item")
}

// A keeper is a canned client that keeps the requests.
type keeper struct {
	canned

	mu   sync.Mutex
	kept []*dynamodb.UpdateItemInput
}

// UpdateItem keeps the request and returns the answer.
func (k *keeper) UpdateItem(_ context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept = append(k.kept, in)
	return k.answer, nil
}

// send sends requests one after the other.
func send(ctx context.Context, client *dynamodb.Client, requests []*dynamodb.UpdateItemInput) error {
	for _, in := range requests {
		if _, err := client.UpdateItem(ctx, in); err != nil {
			return err
		}
	}
	return nil
}
