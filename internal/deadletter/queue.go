package deadletter

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/sqsbody"
)

// A Client is the part of *sqs.Client that a Queue uses. Put needs
// SendMessage alone.
type Client interface {
	SendMessage(ctx context.Context, in *sqs.SendMessageInput, options ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
	ReceiveMessage(ctx context.Context, in *sqs.ReceiveMessageInput, options ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	DeleteMessage(ctx context.Context, in *sqs.DeleteMessageInput, options ...func(*sqs.Options)) (*sqs.DeleteMessageOutput, error)
	ChangeMessageVisibilityBatch(ctx context.Context, in *sqs.ChangeMessageVisibilityBatchInput, options ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error)
	GetQueueAttributes(ctx context.Context, in *sqs.GetQueueAttributesInput, options ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error)
}

var _ Client = (*sqs.Client)(nil)

// A Queue is a dead-letter queue. Safe for concurrent use. Its calls are
// retried as the client is configured: each may be repeated without harm.
type Queue struct {
	client Client
	url    string
}

// New is a dead-letter queue by its URL.
func New(client Client, url string) *Queue {
	return &Queue{client: client, url: url}
}

// Put sends a letter. nil: SQS has it. Any error means that it may or may not:
// keep what it came from and let it be redelivered.
//
// Characters that SQS does not take in a body are replaced by U+FFFD. A body
// that would exceed 1 MiB together with the attributes is cut between two
// characters and flagged by BODY_TRUNCATED=true. The message is made printable
// ASCII of at most 1 KiB; other attributes that are not are left out.
func (q *Queue) Put(ctx context.Context, l Letter) error {
	body := sqsbody.Clean(l.Body)
	values, bytes := attributes(&l, false)
	if len(body)+bytes > sqsbody.MaxBytes {
		values, bytes = attributes(&l, true)
		body = cut(body, sqsbody.MaxBytes-bytes)
	}
	_, err := q.client.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl: aws.String(q.url), MessageBody: aws.String(body), MessageAttributes: values,
	})
	if err != nil {
		return fmt.Errorf("dead letter not confirmed: %w", err)
	}
	return nil
}
