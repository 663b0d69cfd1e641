package doctor

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/internal/stackref"
)

// A queueState is what SQS says of a queue.
type queueState struct {
	url, arn   string
	attributes map[string]string
}

// waiting counts messages, hidden ones included.
func (q *queueState) waiting() int {
	return q.number("ApproximateNumberOfMessages") + q.number("ApproximateNumberOfMessagesNotVisible") + q.number("ApproximateNumberOfMessagesDelayed")
}

func (q *queueState) number(name string) int {
	n, _ := strconv.Atoi(q.attributes[name])
	return n
}

// queue asks for a queue once, and remembers the answer for all checks.
func (e *Examination) queue(ctx context.Context, q stackref.Queue) (queueState, error) {
	e.mu.Lock()
	ask := e.queues[q.Name]
	if ask == nil {
		ask = sync.OnceValues(func() (queueState, error) { return e.ask(ctx, q) })
		if e.queues == nil {
			e.queues = map[string]func() (queueState, error){}
		}
		e.queues[q.Name] = ask
	}
	e.mu.Unlock()
	return ask()
}

func (e *Examination) ask(ctx context.Context, q stackref.Queue) (queueState, error) {
	url, err := q.Locate(ctx, e.SQS)
	if err != nil {
		return queueState{}, err
	}
	out, err := e.SQS.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll}})
	if err != nil {
		return queueState{}, err
	}
	return queueState{url: url, arn: out.Attributes["QueueArn"], attributes: out.Attributes}, nil
}

// checkQueues looks at the queues themselves.
func (e *Examination) checkQueues(ctx context.Context, r *Result) error {
	for _, q := range []stackref.Queue{e.Stack.ChangeQueue, e.Stack.ChangeDeadLetters, e.Stack.AnnouncementDeadLetters} {
		if _, err := e.queue(ctx, q); missing(err) {
			r.find("queue-missing", "There is no queue "+q.Name+".", "Changes or dead letters have nowhere to go.", e.deploy())
		} else if err != nil {
			return err
		}
	}
	if len(r.Findings) > 0 {
		return nil
	}
	if err := e.checkRedrivePolicy(ctx, r); err != nil {
		return err
	}
	if err := e.checkVisibility(ctx, r); err != nil {
		return err
	}
	r.Summary = "the change queue and both dead-letter queues"
	return nil
}

func (e *Examination) checkRedrivePolicy(ctx context.Context, r *Result) error {
	queue, err := e.queue(ctx, e.Stack.ChangeQueue)
	if err != nil {
		return err
	}
	letters, err := e.queue(ctx, e.Stack.ChangeDeadLetters)
	if err != nil {
		return err
	}
	do := e.setAside(queue, letters)
	if do == "" {
		return nil
	}
	r.find("redrive-policy", "The change queue does not move changes that keep failing to "+e.Stack.ChangeDeadLetters.Name+".",
		"A change that cannot be stored is tried for 14 days, holds others up, and is then lost.", do)
	return nil
}

// setAside is the command that lets a queue dead-letter what keeps failing; "": it does.
func (e *Examination) setAside(queue, letters queueState) string {
	var policy struct {
		Target string         `json:"deadLetterTargetArn"`
		Max    jsontext.Value `json:"maxReceiveCount"` // a number, or its text
	}
	_ = json.Unmarshal([]byte(queue.attributes["RedrivePolicy"]), &policy)
	if policy.Target == letters.arn {
		return ""
	}
	return fmt.Sprintf(`%s sqs set-queue-attributes --queue-url %s --attributes '{"RedrivePolicy":"{\"deadLetterTargetArn\":\"%s\",\"maxReceiveCount\":\"5\"}"}'`, e.Commands.AWS, queue.url, letters.arn)
}

// visibilityPerTimeout is what Lambda recommends: a batch may be tried again while the
// function is throttled.
const visibilityPerTimeout = 6

func (e *Examination) checkVisibility(ctx context.Context, r *Result) error {
	queue, err := e.queue(ctx, e.Stack.ChangeQueue)
	if err != nil {
		return err
	}
	f, err := e.function(ctx, applyFunction)
	if err != nil {
		return nil // the check of functions says so
	}
	visibility, timeout := queue.number("VisibilityTimeout"), int(aws.ToInt32(f.Timeout))
	if visibility >= visibilityPerTimeout*timeout {
		return nil
	}
	r.find("visibility", fmt.Sprintf("The change queue's visibility timeout is %d s, less than %d times the timeout of %s (%d s).", visibility, visibilityPerTimeout, applyFunction, timeout),
		"Changes are delivered again while they are still being stored. That is harmless, but costs, and counts toward their dead-lettering.",
		fmt.Sprintf("%s sqs set-queue-attributes --queue-url %s --attributes VisibilityTimeout=%d", e.Commands.AWS, queue.url, visibilityPerTimeout*timeout))
	return nil
}

// seconds is a duration for a person.
func seconds(n float64) string { return (time.Duration(n) * time.Second).String() }

// canonical is a JSON text in canonical form; as it is where it is not JSON.
func canonical(text string) string {
	v := jsontext.Value(text)
	if v.Canonicalize() != nil {
		return text
	}
	return string(v)
}
