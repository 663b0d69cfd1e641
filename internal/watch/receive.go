package watch

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/internal/pause"
)

const (
	longPoll    = 20 // seconds; the most that SQS allows
	perRequest  = 10
	pauseOthers = 5 * time.Second // between two looks into somebody else's queue
	maxSeen     = 100_000         // messages whose ids are remembered
)

// Follow calls show with the body of each message of a temporary queue, and deletes the
// message, until ctx ends or show returns an error.
func Follow(ctx context.Context, client *sqs.Client, queueURL string, show func(body string) error) error {
	for {
		out, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(queueURL), MaxNumberOfMessages: perRequest, WaitTimeSeconds: longPoll,
		})
		if err != nil {
			return err
		}
		for _, m := range out.Messages {
			if err := show(aws.ToString(m.Body)); err != nil {
				return err
			}
			_, err := client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: aws.String(queueURL), ReceiptHandle: m.ReceiptHandle})
			if err != nil {
				return err
			}
		}
	}
}

// ErrLastLook is the error of a message that would become a dead letter if it were
// received once more.
var ErrLastLook = errors.New("the next receive would make it a dead letter")

// Look calls show with the body of each message of somebody else's queue, once, and makes
// the message visible again at once. It ends when ctx does, when show returns an error, or
// with ErrLastLook.
//
// A look counts as a receive, and hides the message for a moment. A message that the
// consumer receives and deletes first is never shown. So Look shows a part of what passes
// through the queue, and waits 5 s before it looks again at what it knows.
func Look(ctx context.Context, client *sqs.Client, queueURL string, show func(body string) error) error {
	limit, err := maxReceives(ctx, client, queueURL)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for {
		out, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(queueURL), MaxNumberOfMessages: perRequest, WaitTimeSeconds: longPoll,
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameApproximateReceiveCount},
		})
		if err != nil {
			return err
		}
		// All of them first: what follows may take its time.
		if err := release(ctx, client, queueURL, out.Messages); err != nil {
			return err
		}
		fresh := false
		for _, m := range out.Messages {
			if !seen[aws.ToString(m.MessageId)] {
				fresh, seen[aws.ToString(m.MessageId)] = true, true
				if err := show(aws.ToString(m.Body)); err != nil {
					return err
				}
			}
			if err := allowed(&m, limit); err != nil {
				return err
			}
		}
		if len(seen) > maxSeen {
			clear(seen)
		}
		if len(out.Messages) > 0 && !fresh {
			if err := pause.For(ctx, pauseOthers); err != nil {
				return err
			}
		}
	}
}

// allowed returns an error if the message must not be received once more by a watch.
func allowed(m *types.Message, limit int) error {
	count, _ := strconv.Atoi(m.Attributes[string(types.MessageSystemAttributeNameApproximateReceiveCount)])
	if limit > 0 && count >= limit-1 {
		return fmt.Errorf("message %s has been received %d times of %d: %w", aws.ToString(m.MessageId), count, limit, ErrLastLook)
	}
	return nil
}

// release makes messages visible again, also when ctx ends meanwhile.
func release(ctx context.Context, client *sqs.Client, queueURL string, messages []types.Message) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	var errs []error
	for _, m := range messages {
		_, err := client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: aws.String(queueURL), ReceiptHandle: m.ReceiptHandle})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// maxReceives is how often a message of the queue may be received before it is
// dead-lettered; 0 if there is no limit.
func maxReceives(ctx context.Context, client *sqs.Client, queueURL string) (int, error) {
	out, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(queueURL), AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameRedrivePolicy},
	})
	if err != nil {
		return 0, err
	}
	text := out.Attributes[string(types.QueueAttributeNameRedrivePolicy)]
	if text == "" {
		return 0, nil
	}
	var redrive struct {
		Max any `json:"maxReceiveCount"` // SQS accepts a number and a text
	}
	if err := json.Unmarshal([]byte(text), &redrive); err != nil {
		return 0, fmt.Errorf("the queue's redrive policy: %w", err)
	}
	limit, err := strconv.Atoi(fmt.Sprint(redrive.Max))
	if err != nil {
		return 0, fmt.Errorf("the queue's redrive policy: %w", err)
	}
	return limit, nil
}
