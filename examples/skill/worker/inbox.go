package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/subscriber"
)

const (
	longPoll   = 20 // seconds, the longest that SQS waits
	batchSize  = 10 // the most that SQS returns
	retryAfter = time.Second

	// handleWithin is shorter than the queue's visibility timeout of 30 s, so that no
	// message is redelivered while it is being handled.
	handleWithin = 25 * time.Second
)

// An inbox passes the messages of a queue to a handler of package subscriber, as Lambda
// would. It acknowledges those that did not fail. SQS redelivers the others after the
// visibility timeout, until the queue's redrive policy moves them to the dead-letter
// queue. Messages that cannot be read are among them, because a later build may be able
// to read them.
type inbox struct {
	queues  *sqs.Client
	url     string
	handler *subscriber.Handler
	log     io.Writer
}

// follow ends with ctx, which is no error, or with an error if the queue is gone.
func (in *inbox) follow(ctx context.Context) error {
	for ctx.Err() == nil {
		out, err := in.queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &in.url, MaxNumberOfMessages: batchSize, WaitTimeSeconds: longPoll,
		})
		var gone *types.QueueDoesNotExist
		switch {
		case err == nil:
			in.take(ctx, out.Messages)
		case errors.As(err, &gone):
			return err
		case ctx.Err() == nil:
			fmt.Fprintln(in.log, "cannot receive:", err)
			pause(ctx, retryAfter)
		}
	}
	return nil
}

// take handles a batch and acknowledges it with one request.
func (in *inbox) take(ctx context.Context, messages []types.Message) {
	failed, err := in.handle(ctx, messages)
	if err != nil { // the handler refuses the whole batch only for a bug here
		fmt.Fprintln(in.log, "not handled, comes again:", err)
		return
	}
	var done []types.DeleteMessageBatchRequestEntry
	for i, m := range messages {
		if !failed[aws.ToString(m.MessageId)] {
			done = append(done, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: m.ReceiptHandle})
		}
	}
	if len(done) == 0 {
		return
	}
	// A message that is not acknowledged is redelivered, and its revision shows that it
	// is a duplicate.
	out, err := in.queues.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &in.url, Entries: done})
	if err != nil {
		fmt.Fprintln(in.log, "not acknowledged, comes again:", err)
		return
	}
	for _, failed := range out.Failed {
		fmt.Fprintln(in.log, "not acknowledged, comes again:", aws.ToString(failed.Code))
	}
}

// handle returns the ids of the messages that failed.
func (in *inbox) handle(ctx context.Context, messages []types.Message) (failed map[string]bool, err error) {
	if len(messages) == 0 {
		return nil, nil
	}
	var batch awsevents.SQSEvent
	for _, m := range messages {
		batch.Records = append(batch.Records, awsevents.SQSMessage{MessageId: aws.ToString(m.MessageId), Body: aws.ToString(m.Body), EventSource: "aws:sqs"})
	}
	payload, err := json.Marshal(batch)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, handleWithin)
	defer cancel()
	answer, err := in.handler.Invoke(ctx, payload)
	if err != nil {
		return nil, err
	}
	var response awsevents.SQSEventResponse
	if err := json.Unmarshal(answer, &response); err != nil {
		return nil, err
	}
	failed = map[string]bool{}
	for _, f := range response.BatchItemFailures {
		failed[f.ItemIdentifier] = true
	}
	return failed, nil
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
