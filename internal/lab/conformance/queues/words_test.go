package queues_test

import (
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// What the cases say of requests.

func delayed(seconds int32) func(*sqs.SendMessageInput) {
	return func(in *sqs.SendMessageInput) { in.DelaySeconds = seconds }
}

func with(attributes map[string]types.MessageAttributeValue) func(*sqs.SendMessageInput) {
	return func(in *sqs.SendMessageInput) { in.MessageAttributes = attributes }
}

func text(s string) types.MessageAttributeValue { return typed("String", s) }

func typed(dataType, s string) types.MessageAttributeValue {
	return types.MessageAttributeValue{DataType: &dataType, StringValue: &s}
}

func binaryValue(dataType string, b ...byte) types.MessageAttributeValue {
	return types.MessageAttributeValue{DataType: &dataType, BinaryValue: b}
}

func hiddenFor(seconds int32) func(*sqs.ReceiveMessageInput) {
	return func(in *sqs.ReceiveMessageInput) { in.VisibilityTimeout = seconds }
}

func upTo(n int32) func(*sqs.ReceiveMessageInput) {
	return func(in *sqs.ReceiveMessageInput) { in.MaxNumberOfMessages = n }
}

func waitingFor(seconds int32) func(*sqs.ReceiveMessageInput) {
	return func(in *sqs.ReceiveMessageInput) { in.WaitTimeSeconds = seconds }
}

func choosing(names ...string) func(*sqs.ReceiveMessageInput) {
	return func(in *sqs.ReceiveMessageInput) { in.MessageAttributeNames = names }
}

// bodies are sorted: SQS promises no order.
func bodies(messages []types.Message) []string {
	list := []string{}
	for _, m := range messages {
		list = append(list, aws.ToString(m.Body))
	}
	slices.Sort(list)
	return list
}

// delete acknowledges.
func (q *queue) delete(receipt *string) {
	_, err := q.DeleteMessage(q.ctx, &sqs.DeleteMessageInput{QueueUrl: q.url, ReceiptHandle: receipt})
	q.must(err)
}

// hide changes the visibility timeout of a message.
func (q *queue) hide(receipt *string, seconds int32) error {
	_, err := q.ChangeMessageVisibility(q.ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: q.url, ReceiptHandle: receipt, VisibilityTimeout: seconds})
	return err
}

// attributes reads the queue's attributes, all unless names are given.
func (q *queue) attributes(names ...types.QueueAttributeName) map[string]string {
	if len(names) == 0 {
		names = []types.QueueAttributeName{"All"}
	}
	out, err := q.GetQueueAttributes(q.ctx, &sqs.GetQueueAttributesInput{QueueUrl: q.url, AttributeNames: names})
	q.must(err)
	return out.Attributes
}

// set sets attributes given as name and value in turn.
func (q *queue) set(attributes ...string) error {
	_, err := q.SetQueueAttributes(q.ctx, &sqs.SetQueueAttributesInput{QueueUrl: q.url, Attributes: pairs(attributes)})
	return err
}

func (q *queue) arn() string { return q.attributes("QueueArn")["QueueArn"] }

func (q *queue) purge() error {
	_, err := q.PurgeQueue(q.ctx, &sqs.PurgeQueueInput{QueueUrl: q.url})
	return err
}

// system reads a number among the message's system attributes.
func (s *scene) system(m types.Message, name string) int64 {
	n, err := strconv.ParseInt(m.Attributes[name], 10, 64)
	if err != nil {
		s.fail("the system attribute %s is %q", name, m.Attributes[name])
	}
	return n
}

// recent checks that the system attribute is a time around now, because clocks of two
// machines differ.
func (s *scene) recent(m types.Message, name string) {
	at := time.UnixMilli(s.system(m, name))
	if off := time.Since(at).Abs(); off > time.Minute {
		s.fail("%s is %v away from now", name, off)
	}
}
