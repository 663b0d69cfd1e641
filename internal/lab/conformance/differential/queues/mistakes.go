package queues

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// mistake is a request that has to be refused, or part of it.
type mistake struct {
	queue int
	name  string
}

func (s mistake) String() string { return fmt.Sprintf("%s, to %s", s.name, roles[s.queue]) }

func (s mistake) play(p *player) ([]string, error) {
	for _, m := range mistakes {
		if m.name == s.name {
			return m.make(p, p.urls[s.queue])
		}
	}
	panic("no such mistake: " + s.name)
}

var mistakes = []struct {
	name string
	make func(p *player, url *string) ([]string, error)
}{
	{"a delay of 901 s", func(p *player, url *string) ([]string, error) {
		_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x"), DelaySeconds: 901})
		return wanted(err)
	}},
	{"a negative delay", func(p *player, url *string) ([]string, error) {
		_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x"), DelaySeconds: -1})
		return wanted(err)
	}},
	{"an empty body", func(p *player, url *string) ([]string, error) {
		_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("")})
		return wanted(err)
	}},
	{"a forbidden character", func(p *player, url *string) ([]string, error) {
		_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x\u0001")})
		return wanted(err)
	}},
	{"a deduplication ID", func(p *player, url *string) ([]string, error) {
		_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x"), MessageDeduplicationId: aws.String("x")})
		return wanted(err)
	}},
	{"an attribute of no type", func(p *player, url *string) ([]string, error) {
		_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x"), MessageAttributes: map[string]types.MessageAttributeValue{
			"a": {DataType: aws.String("Text"), StringValue: aws.String("x")},
		}})
		return wanted(err)
	}},
	{"a batch of eleven", func(p *player, url *string) ([]string, error) {
		_, err := p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k")})
		return wanted(err)
	}},
	{"an ID twice in a batch", func(p *player, url *string) ([]string, error) {
		_, err := p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries("a", "b", "a")})
		return wanted(err)
	}},
	{"a batch with nothing but a bad delay", func(p *player, url *string) ([]string, error) {
		list := entries("a")
		list[0].DelaySeconds = 901
		out, err := p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: list})
		if err != nil {
			return refusal(err)
		}
		return outcomes(out.Failed, out.Successful, func(e types.SendMessageBatchResultEntry) string { return *e.Id + " sent" }), nil
	}},
	{"eleven messages at a time", func(p *player, url *string) ([]string, error) {
		_, err := p.ReceiveMessage(p.ctx, &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 11})
		return wanted(err)
	}},
	{"waiting for 21 s", func(p *player, url *string) ([]string, error) {
		_, err := p.ReceiveMessage(p.ctx, &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 21})
		return wanted(err)
	}},
	{"deleting by what is no handle", func(p *player, url *string) ([]string, error) {
		_, err := p.DeleteMessage(p.ctx, &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: aws.String("none")})
		return wanted(err)
	}},
	{"hiding by what is no handle", func(p *player, url *string) ([]string, error) {
		_, err := p.ChangeMessageVisibility(p.ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: aws.String("none"), VisibilityTimeout: 1})
		return wanted(err)
	}},
	{"an unknown attribute", func(p *player, url *string) ([]string, error) {
		_, err := p.SetQueueAttributes(p.ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"Colour": "blue"}})
		return wanted(err)
	}},
	{"a policy that counts to 1,001", func(p *player, url *string) ([]string, error) {
		_, err := p.SetQueueAttributes(p.ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"RedrivePolicy": p.policy(1001)}})
		return wanted(err)
	}},
	{"a queue that is not there", func(p *player, url *string) ([]string, error) {
		_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: aws.String(*url + "-no"), MessageBody: aws.String("x")})
		return wanted(err)
	}},
}

// wanted is the line of a request that should be refused.
func wanted(err error) ([]string, error) {
	if err == nil {
		return []string{"taken"}, nil
	}
	return refusal(err)
}

func entries(ids ...string) []types.SendMessageBatchRequestEntry {
	var list []types.SendMessageBatchRequestEntry
	for _, id := range ids {
		list = append(list, types.SendMessageBatchRequestEntry{Id: aws.String(id), MessageBody: aws.String("x")})
	}
	return list
}
