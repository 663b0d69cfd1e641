package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const (
	longPoll   = 20 // s, the most that SQS waits
	batchSize  = 10 // the most that SQS gives
	retryAfter = time.Second
)

// An inbox gives every message of a queue to handle, one after the other, and
// acknowledges those for which it returns nil. The others are redelivered after
// the queue's visibility timeout.
type inbox struct {
	queues *sqs.Client
	url    string
	handle func(ctx context.Context, body string) error
	log    io.Writer
}

// follow ends with ctx, which is no error, or where the queue is gone.
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
	var done []types.DeleteMessageBatchRequestEntry
	for i, m := range messages {
		if err := in.handle(ctx, aws.ToString(m.Body)); err != nil {
			fmt.Fprintln(in.log, "not handled, comes again:", err)
			continue
		}
		done = append(done, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: m.ReceiptHandle})
	}
	if len(done) == 0 {
		return
	}
	// What is not acknowledged comes again and is dropped by its revision.
	out, err := in.queues.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &in.url, Entries: done})
	if err != nil {
		fmt.Fprintln(in.log, "not acknowledged, comes again:", err)
		return
	}
	for _, failed := range out.Failed {
		fmt.Fprintln(in.log, "not acknowledged, comes again:", aws.ToString(failed.Code))
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
