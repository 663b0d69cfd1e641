package sqs_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

func entries(ids ...string) []types.SendMessageBatchRequestEntry {
	list := []types.SendMessageBatchRequestEntry{}
	for _, id := range ids {
		list = append(list, types.SendMessageBatchRequestEntry{Id: aws.String(id), MessageBody: aws.String("body " + id)})
	}
	return list
}

func TestBatchRefusedWhole(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	eleven := []string{}
	for i := range 11 {
		eleven = append(eleven, fmt.Sprint("m", i))
	}
	tooLong := entries("a", "b")
	tooLong[0].MessageBody = aws.String(strings.Repeat("x", 1<<19))
	tooLong[1].MessageBody = aws.String(strings.Repeat("x", 1<<19+1))
	for _, row := range []struct {
		name    string
		entries []types.SendMessageBatchRequestEntry
		code    string
	}{
		{"nothing", entries(), "AWS.SimpleQueueService.EmptyBatchRequest"},
		{"eleven", entries(eleven...), "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"},
		{"the same ID twice", entries("a", "a"), "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"},
		{"a bad ID", entries("a:b"), "AWS.SimpleQueueService.InvalidBatchEntryId"},
		{"an ID of 81 characters", entries(strings.Repeat("a", 81)), "AWS.SimpleQueueService.InvalidBatchEntryId"},
		{"more than 1 MiB", tooLong, "AWS.SimpleQueueService.BatchRequestTooLong"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := c.SendMessageBatch(t.Context(), &client.SendMessageBatchInput{QueueUrl: url, Entries: row.entries})
			wantCode(t, err, row.code)
		})
	}
	if q, _ := c.service.Queue("q"); len(q.Messages()) != 0 {
		t.Errorf("refused batches arrived: %v", q.Messages())
	}
	tooLong[1].MessageBody = aws.String(strings.Repeat("x", 1<<19))
	if out, err := c.SendMessageBatch(t.Context(), &client.SendMessageBatchInput{QueueUrl: url, Entries: tooLong}); err != nil || len(out.Successful) != 2 {
		t.Errorf("exactly 1 MiB: %v", err)
	}
}

func TestBatchEntriesFailAlone(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	list := entries("a", "b", "c")
	list[1].MessageBody = aws.String("\u0002")
	out, err := c.SendMessageBatch(t.Context(), &client.SendMessageBatchInput{QueueUrl: url, Entries: list})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Successful) != 2 || len(out.Failed) != 1 || *out.Failed[0].Id != "b" || *out.Failed[0].Code != "InvalidMessageContents" || !out.Failed[0].SenderFault {
		t.Errorf("sent %+v", out)
	}

	bodies, receipts := c.receive(t, url)
	if diff := cmp.Diff([]string{"body a", "body c"}, bodies); diff != "" {
		t.Error(diff)
	}
	changed, err := c.ChangeMessageVisibilityBatch(t.Context(), &client.ChangeMessageVisibilityBatchInput{QueueUrl: url, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{
		{Id: aws.String("1"), ReceiptHandle: &receipts[0], VisibilityTimeout: 90},
		{Id: aws.String("2"), ReceiptHandle: aws.String("nonsense"), VisibilityTimeout: 90},
	}})
	if err != nil || len(changed.Successful) != 1 || *changed.Failed[0].Code != "ReceiptHandleIsInvalid" {
		t.Errorf("changed %+v, %v", changed, err)
	}
	deleted, err := c.DeleteMessageBatch(t.Context(), &client.DeleteMessageBatchInput{QueueUrl: url, Entries: []types.DeleteMessageBatchRequestEntry{
		{Id: aws.String("1"), ReceiptHandle: &receipts[1]},
		{Id: aws.String("2"), ReceiptHandle: aws.String("nonsense")},
	}})
	if err != nil || len(deleted.Successful) != 1 || *deleted.Failed[0].Id != "2" || *deleted.Failed[0].Code != "ReceiptHandleIsInvalid" {
		t.Errorf("deleted %+v, %v", deleted, err)
	}
	q, _ := c.service.Queue("q")
	if at, _ := q.NextVisible(); len(q.Messages()) != 1 || !at.Equal(c.now.Add(90*time.Second)) {
		t.Errorf("left %v, visible at %v", q.Messages(), at)
	}
}

// A linear scan per receive would take minutes here.
func TestManyMessages(t *testing.T) {
	c := newCloud(t)
	c.queue(t, "q", nil)
	q, _ := c.service.Queue("q")
	c.world.Observe = nil
	for i := range 50_000 {
		if _, err := q.Send("m", nil, time.Duration(i%2)*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	c.advance(time.Second)
	inFlight := []sqs.Message{}
	for len(inFlight) < 6_000 {
		inFlight = append(inFlight, q.Receive(10, time.Duration(len(inFlight))*time.Millisecond+time.Minute)...)
	}
	for _, m := range inFlight[:3_000] {
		q.Delete(m.Receipt)
	}
	c.advance(time.Hour)
	if visible, flying, delayed := q.Counts(); visible != 47_000 || flying != 0 || delayed != 0 {
		t.Errorf("Counts() = %d, %d, %d", visible, flying, delayed)
	}
}

func TestMessagesInFlightAreLimited(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	q, _ := c.service.Queue("q")
	if limit := q.LimitInFlight(2); limit != 120_000 {
		t.Errorf("the limit is %d", limit)
	}
	for range 3 {
		c.send(t, url, "m")
	}
	_, receipts := c.receive(t, url)
	if len(receipts) != 2 {
		t.Errorf("received %d, want 2", len(receipts))
	}
	_, err := c.ReceiveMessage(t.Context(), &client.ReceiveMessageInput{QueueUrl: url})
	wantCode(t, err, "OverLimit")
	q.Delete(receipts[0])
	if got, _ := c.receive(t, url); len(got) != 1 {
		t.Errorf("after a delete received %d, want 1", len(got))
	}
}

// AWSTraceHeader is the only system attribute that a sender may set. A batch answers
// for each entry.
func TestSystemAttributesOfABatchFailAlone(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	system := func(name, kind, value string) map[string]types.MessageSystemAttributeValue {
		return map[string]types.MessageSystemAttributeValue{name: {DataType: aws.String(kind), StringValue: aws.String(value)}}
	}
	list := entries("good", "other", "number", "empty")
	list[0].MessageSystemAttributes = system("AWSTraceHeader", "String", "Root=1-5759e988-bd862e3fe1be46a994272793")
	list[1].MessageSystemAttributes = system("SenderId", "String", "me")
	list[2].MessageSystemAttributes = system("AWSTraceHeader", "Number", "1")
	list[3].MessageSystemAttributes = system("AWSTraceHeader", "String", "")
	out, err := c.SendMessageBatch(t.Context(), &client.SendMessageBatchInput{QueueUrl: url, Entries: list})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Successful) != 1 || *out.Successful[0].Id != "good" || aws.ToString(out.Successful[0].MD5OfMessageSystemAttributes) == "" {
		t.Errorf("sent %+v", out.Successful)
	}
	got := []string{}
	for _, f := range out.Failed {
		got = append(got, fmt.Sprintf("%s %s %v: %s", *f.Id, *f.Code, f.SenderFault, *f.Message))
	}
	if diff := cmp.Diff([]string{
		"other InvalidParameterValue true: Message system attribute name 'SenderId' is invalid.",
		"number InvalidParameterValue true: Message (system) attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.",
		"empty InvalidParameterValue true: Message (system) attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.",
	}, got); diff != "" {
		t.Error(diff)
	}
}

// Lists fail the whole operation, which the message names.
func TestListsInSystemAttributesAreNotSupported(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	listed := map[string]types.MessageSystemAttributeValue{"AWSTraceHeader": {
		DataType: aws.String("String"), StringValue: aws.String("x"), StringListValues: []string{"y"},
	}}
	list := entries("a", "b")
	list[1].MessageSystemAttributes = listed
	_, batch := c.SendMessageBatch(t.Context(), &client.SendMessageBatchInput{QueueUrl: url, Entries: list})
	_, alone := c.SendMessage(t.Context(), &client.SendMessageInput{QueueUrl: url, MessageBody: aws.String("m"), MessageSystemAttributes: listed})
	for operation, err := range map[string]error{"SendMessageBatch": batch, "SendMessage": alone} {
		wantCode(t, err, "AWS.SimpleQueueService.UnsupportedOperation")
		if !strings.Contains(err.Error(), "list values in "+operation+" operation") {
			t.Errorf("%s: %v", operation, err)
		}
	}
	if q, _ := c.service.Queue("q"); len(q.Messages()) != 0 {
		t.Errorf("refused messages arrived: %v", q.Messages())
	}
}

// A trace header does not count against the limit of a batch.
func TestSystemAttributesHaveNoSize(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	list := entries("a")
	list[0].MessageBody = aws.String(strings.Repeat("x", 1<<20))
	list[0].MessageSystemAttributes = map[string]types.MessageSystemAttributeValue{"AWSTraceHeader": {DataType: aws.String("String"), StringValue: aws.String("Root=1")}}
	out, err := c.SendMessageBatch(t.Context(), &client.SendMessageBatchInput{QueueUrl: url, Entries: list})
	if err != nil || len(out.Successful) != 1 {
		t.Errorf("1 MiB and a header: %+v, %v", out, err)
	}
}

// A client is billed for each request, however many messages it has.
func TestRequestsAreTold(t *testing.T) {
	c := newCloud(t)
	ctx := context.Background()
	q, err := c.service.CreateQueue("q", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	url := aws.String(q.URL())
	if _, err := c.SendMessage(ctx, &client.SendMessageInput{QueueUrl: url, MessageBody: aws.String("12345")}); err != nil {
		t.Fatal(err)
	}
	_, err = c.SendMessageBatch(ctx, &client.SendMessageBatchInput{QueueUrl: url, Entries: []types.SendMessageBatchRequestEntry{
		{Id: aws.String("a"), MessageBody: aws.String("123")}, {Id: aws.String("b"), MessageBody: aws.String("4567")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	received, err := c.ReceiveMessage(ctx, &client.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 10})
	if err != nil || len(received.Messages) != 3 {
		t.Fatalf("%v, %v", received, err)
	}
	if _, err := c.DeleteMessage(ctx, &client.DeleteMessageInput{QueueUrl: url, ReceiptHandle: received.Messages[0].ReceiptHandle}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ReceiveMessage(ctx, &client.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 5}); err != nil { // waits, and finds nothing
		t.Fatal(err)
	}
	want := []world.Fact{
		sqs.Requested{Operation: "SendMessage", Queue: "q", Bytes: 5},
		sqs.Requested{Operation: "SendMessageBatch", Queue: "q", Bytes: 7},
		sqs.Requested{Operation: "ReceiveMessage", Queue: "q", Bytes: 12},
		sqs.Requested{Operation: "DeleteMessage", Queue: "q"},
		sqs.Requested{Operation: "ReceiveMessage", Queue: "q"},
	}
	var got []world.Fact
	for _, f := range c.facts {
		if r, ok := f.(sqs.Requested); ok {
			got = append(got, r)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
