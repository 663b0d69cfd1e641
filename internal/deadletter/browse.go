package deadletter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var everything = []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll}

// Browse receives up to max letters and hides them from everybody for this
// visibility (whole seconds, up to 12 h). After that the receipts are no longer
// valid and the letters are back. It asks until a long poll of one second finds
// no more, so it may take a second longer than it has to. A letter that comes
// back meanwhile is listed once, with its latest receipt.
//
// Where a later request fails, the letters of the earlier ones are returned with
// the error.
func (q *Queue) Browse(ctx context.Context, max int, visibility time.Duration) ([]Browsed, error) {
	return q.browse(ctx, max, visibility, func(Browsed) {})
}

// browse tells received of each letter as soon as it is there.
func (q *Queue) browse(ctx context.Context, max int, visibility time.Duration, received func(Browsed)) ([]Browsed, error) {
	var letters []Browsed
	at := map[string]int{}
	for len(letters) < max {
		out, err := q.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(q.url), MaxNumberOfMessages: int32(min(10, max-len(letters))),
			VisibilityTimeout: int32(visibility / time.Second), WaitTimeSeconds: 1,
			MessageAttributeNames: []string{"All"}, MessageSystemAttributeNames: everything,
		})
		if err != nil {
			return letters, fmt.Errorf("dead letters not read: %w", err)
		}
		before := len(letters)
		for i := range out.Messages {
			b := browsed(&out.Messages[i])
			received(b)
			if known, ok := at[b.ID]; ok {
				letters[known] = b
				continue
			}
			at[b.ID] = len(letters)
			letters = append(letters, b)
		}
		if len(letters) == before {
			break
		}
	}
	return letters, nil
}

// Release makes browsed letters visible again at once. A letter that is gone, or visible
// already, is no error.
func (q *Queue) Release(ctx context.Context, letters ...Browsed) error {
	return q.hide(ctx, letters, 0)
}

const (
	maxBatch = 10 // messages in one request, by SQS
	atOnce   = 8  // requests
)

// settled are the codes for a letter whose receipt counts no longer: it is gone, or
// visible already.
var settled = []string{"MessageNotInflight", "InvalidParameterValue", "ReceiptHandleIsInvalid"}

// hide sets how much longer browsed letters stay hidden; 0: they are visible at once.
func (q *Queue) hide(ctx context.Context, letters []Browsed, visibility time.Duration) error {
	return inBatches(letters, func(some []Browsed) error { return q.hideBatch(ctx, some, visibility) })
}

// inBatches calls do for all elements, with as many as one request takes, some calls at
// once.
func inBatches[E any](all []E, do func(some []E) error) error {
	batches := slices.Collect(slices.Chunk(all, maxBatch))
	errs := make([]error, len(batches))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(atOnce, len(batches)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(batches)); i = next.Add(1) - 1 {
				errs[i] = do(batches[i])
			}
		})
	}
	workers.Wait()
	return errors.Join(errs...)
}

func (q *Queue) hideBatch(ctx context.Context, letters []Browsed, visibility time.Duration) error {
	in := &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: aws.String(q.url)}
	for i := range letters {
		in.Entries = append(in.Entries, types.ChangeMessageVisibilityBatchRequestEntry{
			Id: aws.String(strconv.Itoa(i)), ReceiptHandle: aws.String(letters[i].Receipt), VisibilityTimeout: int32(visibility / time.Second),
		})
	}
	out, err := q.client.ChangeMessageVisibilityBatch(ctx, in)
	if err != nil {
		return fmt.Errorf("visibility of dead letters not changed: %w", err)
	}
	var errs []error
	for _, f := range out.Failed {
		if code := aws.ToString(f.Code); !slices.Contains(settled, code) {
			errs = append(errs, fmt.Errorf("visibility of a dead letter not changed: %s", code))
		}
	}
	return errors.Join(errs...)
}

// Discard deletes a browsed letter.
func (q *Queue) Discard(ctx context.Context, b Browsed) error {
	_, err := q.client.DeleteMessage(ctx, &sqs.DeleteMessageInput{
		QueueUrl: aws.String(q.url), ReceiptHandle: aws.String(b.Receipt),
	})
	if err != nil {
		return fmt.Errorf("dead letter %s not deleted: %w", b.ID, err)
	}
	return nil
}

// ErrTruncated is Redrive's error for a letter whose body is not whole.
var ErrTruncated = errors.New("the body was cut off and cannot be processed again")

// A Sender sends a body to the queue where it is processed again: queue.Queue.
type Sender interface {
	SendBody(ctx context.Context, body string) error
}

// Redrive sends a browsed letter's body to a queue as it is, then deletes the
// letter. Where the queue does not confirm the body, the letter stays and the
// error is the *events.SendError. Where deleting fails, the body was sent and
// the letter comes back: redriving it again is harmless.
func (q *Queue) Redrive(ctx context.Context, b Browsed, to Sender) error {
	if b.Truncated {
		return fmt.Errorf("dead letter %s: %w", b.ID, ErrTruncated)
	}
	if err := to.SendBody(ctx, b.Body); err != nil {
		return err
	}
	return q.Discard(ctx, b)
}
