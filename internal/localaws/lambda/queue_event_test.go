package lambda_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

func TestQueueEvent(t *testing.T) {
	_, h, m := queueMapping(lambda.QueueMappingConfig{})
	system := map[string]string{
		"ApproximateReceiveCount": "1", "SentTimestamp": "1520621625029", "SenderId": "AIDA",
		"ApproximateFirstReceiveTimestamp": "1520621634884", "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793",
	}
	h.put(lambda.Message{
		ID: "a", Body: "Message Body", System: system, AttributesMD5: "582c92c5c5b6ac403040a4f3ab3115c9",
		Attributes: map[string]lambda.Attribute{
			"text":   {DataType: "String", StringValue: "hé"},
			"number": {DataType: "Number.int", StringValue: "7"},
			"bytes":  {DataType: "Binary", BinaryValue: []byte{0, 255}},
		},
	})
	var got awsevents.SQSEvent
	if err := json.Unmarshal(next(t, m).Payload, &got); err != nil {
		t.Fatal(err)
	}
	text, number := "hé", "7"
	want := awsevents.SQSEvent{Records: []awsevents.SQSMessage{{
		MessageId: "a", ReceiptHandle: "receipt-a", Body: "Message Body", Attributes: system,
		Md5OfBody: "77a3cf88eba293be44f5fd5c61835a43", Md5OfMessageAttributes: "582c92c5c5b6ac403040a4f3ab3115c9",
		EventSource: "aws:sqs", EventSourceARN: "arn:aws:sqs:us-east-1:123456789012:changes", AWSRegion: "us-east-1",
		MessageAttributes: map[string]awsevents.SQSMessageAttribute{
			"text":   {DataType: "String", StringValue: &text, StringListValues: []string{}, BinaryListValues: [][]byte{}},
			"number": {DataType: "Number.int", StringValue: &number, StringListValues: []string{}, BinaryListValues: [][]byte{}},
			"bytes":  {DataType: "Binary", BinaryValue: []byte{0, 255}, StringListValues: []string{}, BinaryListValues: [][]byte{}},
		},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

func TestQueueFilter(t *testing.T) {
	var seen []string
	b, h, m := queueMapping(lambda.QueueMappingConfig{
		BatchSize: 2,
		Match: func(record []byte) bool {
			seen = append(seen, string(record))
			return strings.Contains(string(record), `"body":{"keep":true}`)
		},
	})
	h.put(lambda.Message{ID: "object", Body: `{"keep":true}`})
	h.put(lambda.Message{ID: "text", Body: `keep`})
	h.put(lambda.Message{ID: "number", Body: `7`})
	h.put(lambda.Message{ID: "broken", Body: `{"keep":true`})
	h.put(lambda.Message{ID: "second", Body: `{"keep":true}`})

	inv := next(t, m)
	if !slices.Equal(inv.Items, []string{"object", "second"}) {
		t.Errorf("batch %v", inv.Items)
	}
	if diff := cmp.Diff([]string{"object", "second"}, h.left()); diff != "" {
		t.Errorf("messages that do not match are deleted (-want +got):\n%s", diff)
	}
	for i, part := range []string{`"body":{"keep":true}`, `"body":"keep"`, `"body":"7"`, `"body":"{\"keep\":true"`} {
		if !strings.Contains(seen[i], part) {
			t.Errorf("the filter saw %s, want %s", seen[i], part)
		}
	}
	if strings.Contains(string(inv.Payload), `"body":{`) {
		t.Error("the function gets the body as an object")
	}
	var dropped []string
	for _, f := range factsOf[lambda.Filtered](b) {
		dropped = append(dropped, f.Items...)
	}
	if diff := cmp.Diff([]string{"text", "number", "broken"}, dropped); diff != "" {
		t.Errorf("filtered (-want +got):\n%s", diff)
	}
}
