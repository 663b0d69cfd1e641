package deadletter

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// A Depth is how many letters a queue has. SQS counts approximately: the numbers may be a
// minute old.
type Depth struct {
	Visible int // a consumer may receive them now
	Hidden  int // somebody has received them, or they are delayed

	// Timeout is how long the queue hides a letter from others where the consumer that
	// receives it says nothing else.
	Timeout time.Duration
}

var depthAttributes = []types.QueueAttributeName{
	types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
	types.QueueAttributeNameApproximateNumberOfMessagesDelayed, types.QueueAttributeNameVisibilityTimeout,
}

// Depth asks how many letters the queue has. It needs sqs:GetQueueAttributes.
func (q *Queue) Depth(ctx context.Context) (Depth, error) {
	out, err := q.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: aws.String(q.url), AttributeNames: depthAttributes})
	if err != nil {
		return Depth{}, fmt.Errorf("dead letters not counted: %w", err)
	}
	count := func(name types.QueueAttributeName) int {
		n, _ := strconv.Atoi(out.Attributes[string(name)])
		return n
	}
	return Depth{
		Visible: count(depthAttributes[0]), Hidden: count(depthAttributes[1]) + count(depthAttributes[2]),
		Timeout: time.Duration(count(depthAttributes[3])) * time.Second,
	}, nil
}

// HiddenByOthers is how many letters a consumer cannot see. It asked for the depth before
// it received letters and after that, and still hides them. all: it received until there
// were no more.
//
// Each count may be old. Of the two numbers that follow from them the greater one is
// taken, because a letter must not be overlooked. A letter that somebody deleted a moment
// ago may be counted.
func HiddenByOthers(before, after Depth, received int, all bool) int {
	missing := after.Hidden - received
	if all {
		return max(0, missing, before.Visible+before.Hidden-received)
	}
	return max(0, missing, before.Hidden)
}
