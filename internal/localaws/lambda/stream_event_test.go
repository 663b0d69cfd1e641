package lambda_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

func TestStreamEvent(t *testing.T) {
	_, s, _, m := streamMapping(lambda.StreamMappingConfig{})
	s.put("u1", "u2")
	s.records[1].EventName, s.records[1].Expired = "REMOVE", true
	s.records[1].OldImage, s.records[1].NewImage = jsontext.Value(`{"p":{"M":{"v":{"S":"\"fr\""}}}}`), nil
	payload := next(t, m).Payload

	want := `{"eventID":"event-u1","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"us-east-1",` +
		`"dynamodb":{"ApproximateCreationDateTime":1795428000,"Keys":{"user_id":{"S":"u1"}},"NewImage":{"user_id":{"S":"u1"},"n":{"N":"1"}},` +
		`"SequenceNumber":"101","SizeBytes":20,"StreamViewType":"NEW_AND_OLD_IMAGES"},"eventSourceARN":"` + streamARN + `"}`
	first, _, _ := strings.Cut(strings.TrimPrefix(string(payload), `{"Records":[`), `,{"eventID":"event-u2"`)
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}

	var got awsevents.DynamoDBEvent
	if err := json.Unmarshal(payload, &got); err != nil {
		t.Fatal(err)
	}
	one, two := got.Records[0], got.Records[1]
	if !one.Change.ApproximateCreationDateTime.Equal(start) || one.Change.NewImage["n"].Number() != "1" || one.UserIdentity != nil || one.Change.OldImage != nil {
		t.Errorf("insert %+v", one)
	}
	if two.UserIdentity == nil || two.UserIdentity.PrincipalID != "dynamodb.amazonaws.com" || two.UserIdentity.Type != "Service" {
		t.Errorf("user identity of an expired item: %+v", two.UserIdentity)
	}
	if two.Change.NewImage != nil || two.Change.OldImage["p"].Map()["v"].String() != `"fr"` {
		t.Errorf("removal %+v", two.Change)
	}
}

func TestStreamFilter(t *testing.T) {
	b, s, _, m := streamMapping(lambda.StreamMappingConfig{Match: func(record []byte) bool {
		return strings.Contains(string(record), `"eventID":"event-keep"`)
	}})
	s.put("drop", "keep", "drop", "keep", "drop")
	inv := next(t, m)
	if !slices.Equal(inv.Items, []string{"102", "104"}) {
		t.Errorf("batch %v", inv.Items)
	}
	if got := m.State().Checkpoint; got != "101" {
		t.Errorf("checkpoint %s: it may not pass 102", got)
	}
	m.Finish(inv, succeeded)
	if got := m.State().Checkpoint; got != "105" {
		t.Errorf("checkpoint %s", got)
	}
	if f := factsOf[lambda.Filtered](b); len(f) != 1 || !slices.Equal(f[0].Items, []string{"101", "103", "105"}) {
		t.Errorf("filtered %+v", f)
	}
}

func TestStreamPayloadStaysUnderSixMegabytes(t *testing.T) {
	_, s, _, m := streamMapping(lambda.StreamMappingConfig{})
	s.put(make([]string, 20)...)
	for i := range s.records {
		s.records[i].NewImage = jsontext.Value(`{"big":{"S":"` + strings.Repeat("x", 400_000) + `"}}`)
	}
	inv := next(t, m)
	if len(inv.Items) != 15 || len(inv.Payload) > 6<<20 {
		t.Errorf("%d records in %d bytes, want 15", len(inv.Items), len(inv.Payload))
	}
}

func TestStreamFailureMessage(t *testing.T) {
	b, s, l, m := streamMapping(lambda.StreamMappingConfig{MaximumRetryAttempts: 1})
	l.err = errLost
	s.put("u1", "u2")
	run(b, m, crashOn("101"))
	var got map[string]any
	if err := json.Unmarshal([]byte(l.bodies[0]), &got); err != nil {
		t.Fatal(err)
	}
	request := got["requestContext"].(map[string]any)
	if id, _ := request["requestId"].(string); len(id) != 36 {
		t.Errorf("requestId %q is no UUID", id)
	}
	delete(request, "requestId")
	want := map[string]any{
		"requestContext": map[string]any{
			"functionArn": "arn:aws:lambda:us-east-1:123456789012:function:republish",
			"condition":   "RetryAttemptsExhausted", "approximateInvokeCount": 2.0,
		},
		"responseContext": map[string]any{"statusCode": 200.0, "executedVersion": "$LATEST", "functionError": "Unhandled"},
		"version":         "1.0",
		"timestamp":       "2026-11-23T10:00:01.000Z",
		"DDBStreamBatchInfo": map[string]any{
			"shardId": "shardId-1", "startSequenceNumber": "101", "endSequenceNumber": "102",
			"approximateArrivalOfFirstRecord": "2026-11-23T10:00:00Z", "approximateArrivalOfLastRecord": "2026-11-23T10:00:00Z",
			"batchSize": 2.0, "streamArn": streamARN,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	if f := factsOf[lambda.Discarded](b); len(f) != 1 || f[0].Err != errLost || f[0].Message != l.bodies[0] {
		t.Errorf("facts %+v", f)
	}
}
