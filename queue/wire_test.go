package queue_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/lab/wiretest"
	"github.com/bot-preferences/bot-preferences/queue"
)

const queueURL = "https://sqs.us-east-1.amazonaws.com/123456789012/changes"

// over is a wire that answers SendMessageBatch.
func over(t *testing.T, f wiretest.Operation) *wiretest.Wire {
	return &wiretest.Wire{T: t, Operations: map[string]wiretest.Operation{"SendMessageBatch": f}}
}

// newQueue is a Queue that speaks over the wire and tries three times, without
// a pause.
func newQueue(w *wiretest.Wire, options ...queue.Option) *queue.Queue {
	retry := queue.WithRetry(queue.Retry{Attempts: 3, Cap: 1})
	return queue.New(sqs.NewFromConfig(w.Config()), queueURL, append(options, retry)...)
}
