package coldstart

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/loopback"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// The functions beside get that every stage has, by name, with the folder of each.
var others = []struct {
	name, folder string
	event        func(context.Context, *loopback.Server) (func(int) ([]byte, error), error)
	check        func([]byte) error
}{
	{"apply", "consumers/apply", messageEvent, checkBatch},
	{"republish", "consumers/republish", recordEvent, checkBatch},
	{"update", "producers/update", requestEvent("PATCH"), checkAccepted},
	{"delete", "producers/delete", requestEvent("DELETE"), checkAccepted},
}

// bus is the event bus of the functions that publish. It has no rules.
const bus = "preferences"

// messageEvent is a batch of one change, as the change queue passes it to apply. Each
// change is new, so each start writes the profile once.
func messageEvent(context.Context, *loopback.Server) (func(int) ([]byte, error), error) {
	return func(n int) ([]byte, error) {
		id, err := events.DeriveStamp(time.Now(), strconv.Itoa(n))
		if err != nil {
			return nil, err
		}
		c := events.PreferenceChange{ID: id, UserID: user, Preferences: events.Preferences{"skill.0": events.Text(strconv.Itoa(n))}}
		return json.Marshal(awsevents.SQSEvent{Records: []awsevents.SQSMessage{{
			MessageId: "message", ReceiptHandle: "handle", Body: workload.Body(&c), EventSource: "aws:sqs",
			EventSourceARN: "arn:aws:sqs:" + loopback.Region + ":" + loopback.Account + ":changes", AWSRegion: loopback.Region,
		}}})
	}, nil
}

// recordEvent is a batch of one stream record, the creation of the seeded profile, as the
// table's stream passes it to republish. Each start announces it once.
func recordEvent(ctx context.Context, c *loopback.Server) (func(int) ([]byte, error), error) {
	image, err := storedItem(ctx, c)
	if err != nil {
		return nil, err
	}
	keys := map[string]json.RawMessage{item.UserID: image[item.UserID]}
	payload, err := json.Marshal(map[string]any{"Records": []any{map[string]any{
		"eventID": "1", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": loopback.Region,
		"eventSourceARN": "arn:aws:dynamodb:" + loopback.Region + ":" + loopback.Account + ":table/" + ours + "/stream/1",
		"dynamodb": map[string]any{
			"ApproximateCreationDateTime": time.Now().Unix(), "Keys": keys, "NewImage": image,
			"SequenceNumber": "1", "SizeBytes": 1000, "StreamViewType": "NEW_AND_OLD_IMAGES",
		},
	}}})
	return func(int) ([]byte, error) { return payload, err }, err
}

// storedItem returns the seeded item in DynamoDB's JSON, which is also the form of a
// stream record's image.
func storedItem(ctx context.Context, c *loopback.Server) (map[string]json.RawMessage, error) {
	body := fmt.Sprintf(`{"TableName":%q,"Key":{%q:{"S":%q}}}`, ours, item.UserID, user)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL(), bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810.GetItem")
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/"+loopback.Region+"/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	var found struct{ Item map[string]json.RawMessage }
	if err := json.Unmarshal(text, &found); err != nil || found.Item == nil {
		return nil, fmt.Errorf("the seeded item is missing: %d %s", response.StatusCode, text)
	}
	return found.Item, nil
}

// requestEvent is a write over the HTTP API: a read of the profile, and a change on the
// bus.
func requestEvent(method string) func(context.Context, *loopback.Server) (func(int) ([]byte, error), error) {
	return func(context.Context, *loopback.Server) (func(int) ([]byte, error), error) {
		return func(n int) ([]byte, error) {
			return httpEvent(method, fmt.Sprintf(`{"skill.0":%d}`, n))
		}, nil
	}
}

// checkBatch returns an error if an answer names failed items, or is none.
func checkBatch(answer []byte) error {
	var a struct {
		Failures *[]json.RawMessage `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		return err
	}
	if a.Failures == nil || len(*a.Failures) > 0 {
		return fmt.Errorf("the answer is %q, not an empty list of failures", answer)
	}
	return nil
}

// checkAccepted returns an error if an answer does not accept the write.
func checkAccepted(answer []byte) error {
	var a struct{ StatusCode int }
	if err := json.Unmarshal(answer, &a); err != nil {
		return err
	}
	if a.StatusCode != http.StatusAccepted {
		return fmt.Errorf("the answer is %q, not 202", answer)
	}
	return nil
}
