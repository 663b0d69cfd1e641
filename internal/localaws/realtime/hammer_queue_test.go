package realtime_test

import (
	"context"
	"math/rand/v2"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// handles holds receipt and task handles that clients got, for use by any client.
type handles struct {
	mu   sync.Mutex
	last []string
}

func (h *handles) keep(handle string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = append(h.last, handle)
}

func (h *handles) any(random *rand.Rand) *string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.last) == 0 {
		return aws.String("none yet")
	}
	return &h.last[random.IntN(len(h.last))]
}

const baseURL = "http://127.0.0.1:4566/000000000000/"

func queueOperations(cfg aws.Config) []operation {
	c := sqs.NewFromConfig(cfg)
	q := aws.String(baseURL + "q")
	return append([]operation{
		op(c.CreateQueue, func(r *rand.Rand) *sqs.CreateQueueInput {
			return &sqs.CreateQueueInput{QueueName: pick(r, "q", "spare"), Tags: map[string]string{"a": "b"}}
		}),
		op(c.DeleteQueue, always(sqs.DeleteQueueInput{QueueUrl: aws.String(baseURL + "spare")})),
		op(c.GetQueueUrl, always(sqs.GetQueueUrlInput{QueueName: aws.String("q")})),
		op(c.ListQueues, always(sqs.ListQueuesInput{MaxResults: aws.Int32(2)})),
		op(c.GetQueueAttributes, always(sqs.GetQueueAttributesInput{QueueUrl: q, AttributeNames: []types.QueueAttributeName{"All"}})),
		op(c.SetQueueAttributes, func(r *rand.Rand) *sqs.SetQueueAttributesInput {
			return &sqs.SetQueueAttributesInput{QueueUrl: q, Attributes: map[string]string{"MaximumMessageSize": *pick(r, "2048", "4096")}}
		}),
		op(c.PurgeQueue, always(sqs.PurgeQueueInput{QueueUrl: q})),
		op(c.TagQueue, func(r *rand.Rand) *sqs.TagQueueInput {
			return &sqs.TagQueueInput{QueueUrl: q, Tags: map[string]string{*pick(r, "a", "b", "c"): "x"}}
		}),
		op(c.UntagQueue, always(sqs.UntagQueueInput{QueueUrl: q, TagKeys: []string{"b"}})),
		op(c.ListQueueTags, always(sqs.ListQueueTagsInput{QueueUrl: q})),
		op(c.ListDeadLetterSourceQueues, always(sqs.ListDeadLetterSourceQueuesInput{QueueUrl: aws.String(baseURL + "dead")})),
	}, messageOperations(c, q)...)
}

func messageOperations(c *sqs.Client, q *string) []operation {
	var receipts, tasks handles
	attributes := map[string]types.MessageAttributeValue{
		"text": {DataType: aws.String("String"), StringValue: aws.String("x")}, "bytes": {DataType: aws.String("Binary"), BinaryValue: []byte{1, 2}},
	}
	receive := func(in *sqs.ReceiveMessageInput) operation {
		return op(func(ctx context.Context, in *sqs.ReceiveMessageInput, options ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
			out, err := c.ReceiveMessage(ctx, in, options...)
			if err == nil {
				for _, m := range out.Messages {
					receipts.keep(*m.ReceiptHandle)
				}
			}
			return out, err
		}, always(*in))
	}
	return []operation{
		op(c.SendMessage, always(sqs.SendMessageInput{QueueUrl: q, MessageBody: aws.String("m"), MessageAttributes: attributes})),
		op(c.SendMessageBatch, always(sqs.SendMessageBatchInput{QueueUrl: q, Entries: []types.SendMessageBatchRequestEntry{
			{Id: aws.String("a"), MessageBody: aws.String("m")}, {Id: aws.String("b"), MessageBody: aws.String("n"), DelaySeconds: 1},
		}})),
		receive(&sqs.ReceiveMessageInput{QueueUrl: q, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"}, WaitTimeSeconds: 1,
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"}}),
		receive(&sqs.ReceiveMessageInput{QueueUrl: aws.String(baseURL + "spare")}),
		op(c.DeleteMessage, func(r *rand.Rand) *sqs.DeleteMessageInput {
			return &sqs.DeleteMessageInput{QueueUrl: q, ReceiptHandle: receipts.any(r)}
		}),
		op(c.DeleteMessageBatch, func(r *rand.Rand) *sqs.DeleteMessageBatchInput {
			return &sqs.DeleteMessageBatchInput{QueueUrl: q, Entries: []types.DeleteMessageBatchRequestEntry{{Id: aws.String("a"), ReceiptHandle: receipts.any(r)}}}
		}),
		op(c.ChangeMessageVisibility, func(r *rand.Rand) *sqs.ChangeMessageVisibilityInput {
			return &sqs.ChangeMessageVisibilityInput{QueueUrl: q, ReceiptHandle: receipts.any(r), VisibilityTimeout: int32(r.IntN(2))}
		}),
		op(c.ChangeMessageVisibilityBatch, func(r *rand.Rand) *sqs.ChangeMessageVisibilityBatchInput {
			return &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: q, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{{Id: aws.String("a"), ReceiptHandle: receipts.any(r)}}}
		}),
		op(func(ctx context.Context, in *sqs.StartMessageMoveTaskInput, options ...func(*sqs.Options)) (*sqs.StartMessageMoveTaskOutput, error) {
			out, err := c.StartMessageMoveTask(ctx, in, options...)
			if err == nil {
				tasks.keep(*out.TaskHandle)
			}
			return out, err
		}, always(sqs.StartMessageMoveTaskInput{SourceArn: aws.String(arnPrefix + "dead"), DestinationArn: aws.String(arnPrefix + "q")})),
		op(c.ListMessageMoveTasks, always(sqs.ListMessageMoveTasksInput{SourceArn: aws.String(arnPrefix + "dead"), MaxResults: aws.Int32(10)})),
		op(c.CancelMessageMoveTask, func(r *rand.Rand) *sqs.CancelMessageMoveTaskInput {
			return &sqs.CancelMessageMoveTaskInput{TaskHandle: tasks.any(r)}
		}),
	}
}
