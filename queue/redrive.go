package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var everything = []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll}

// Browse receives up to max letters and hides them from everybody for this
// visibility (whole seconds, up to 12 h); then their receipts are no longer
// good and the letters are back. It asks until a long poll of one second finds
// no more, so it may take a second longer than it has to. A letter that comes
// back meanwhile is listed once, with its latest receipt.
//
// Where a later request fails, the letters of the earlier ones are returned with
// the error.
func (d *DeadLetters) Browse(ctx context.Context, max int, visibility time.Duration) ([]Letter, error) {
	var letters []Letter
	at := map[string]int{}
	for len(letters) < max {
		out, err := d.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(d.url), MaxNumberOfMessages: int32(min(10, max-len(letters))),
			VisibilityTimeout: int32(visibility / time.Second), WaitTimeSeconds: 1,
			MessageAttributeNames: []string{"All"}, MessageSystemAttributeNames: everything,
		})
		if err != nil {
			return letters, fmt.Errorf("dead letters not read: %w", err)
		}
		before := len(letters)
		for i := range out.Messages {
			l := letterOf(&out.Messages[i])
			if known, ok := at[l.ID]; ok {
				letters[known] = l
				continue
			}
			at[l.ID] = len(letters)
			letters = append(letters, l)
		}
		if len(letters) == before {
			break
		}
	}
	return letters, nil
}

// Release makes a browsed letter visible again at once.
func (d *DeadLetters) Release(ctx context.Context, l Letter) error {
	_, err := d.client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: aws.String(d.url), ReceiptHandle: aws.String(l.Receipt), VisibilityTimeout: 0,
	})
	if err != nil {
		return fmt.Errorf("dead letter %s not released: %w", l.ID, err)
	}
	return nil
}

// Discard drops a browsed letter for good.
func (d *DeadLetters) Discard(ctx context.Context, l Letter) error {
	_, err := d.client.DeleteMessage(ctx, &sqs.DeleteMessageInput{
		QueueUrl: aws.String(d.url), ReceiptHandle: aws.String(l.Receipt),
	})
	if err != nil {
		return fmt.Errorf("dead letter %s not deleted: %w", l.ID, err)
	}
	return nil
}

// ErrTruncated is Redrive's error for a letter whose body is not whole.
var ErrTruncated = errors.New("the body was cut off and cannot be processed again")

// Redrive sends a browsed letter's body to a queue as it is, then deletes the
// letter. Where the queue does not confirm the body, the letter stays and the
// error is the *events.SendError. Where deleting fails, the body was sent and
// the letter comes back: redriving it again is harmless.
func (d *DeadLetters) Redrive(ctx context.Context, l Letter, to *Queue) error {
	if l.Truncated {
		return fmt.Errorf("dead letter %s: %w", l.ID, ErrTruncated)
	}
	if err := to.sender.Send(ctx, []string{l.Body})[0]; err != nil {
		return err
	}
	return d.Discard(ctx, l)
}
