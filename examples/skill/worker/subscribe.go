package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	bustypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/go-json-experiment/json"
)

// followsLanguage is the event pattern for announcements in which the language changed,
// and for every erasure and every snapshot. A list of changed keys does not tell that
// an erasure or a snapshot removed the language. subscriber/filter writes this pattern
// for this key.
const followsLanguage = `{"source":["bot-preferences"],"detail-type":["PreferencesUpdated"],` +
	`"detail":{"$or":[{"changed_keys":["language"]},{"erased":[true]},{"snapshot":[true]}]}}`

// A message that fails this often goes to the dead-letter queue, which keeps it as long
// as SQS allows.
const (
	maxReceiveCount = "5"
	retention       = "1209600" // s, 14 days
)

// A subscription is a queue, its dead-letter queue, and a rule with the queue's name
// that sends to it.
type subscription struct {
	queues        *sqs.Client
	bus           *eventbridge.Client
	busName, name string
}

// make creates what is missing, and returns the queue's URL. It allows the rule to send
// to the queue before it adds the target, so that no delivery fails. In AWS a policy
// can take a minute to take effect; EventBridge's retries bridge that time.
func (s *subscription) make(ctx context.Context) (queueURL string, err error) {
	_, lettersARN, err := s.queue(ctx, s.name+"-dlq", map[string]string{"MessageRetentionPeriod": retention})
	if err != nil {
		return "", fmt.Errorf("queue %s-dlq: %w", s.name, err)
	}
	queueURL, queueARN, err := s.queue(ctx, s.name, nil)
	if err != nil {
		return "", fmt.Errorf("queue %s: %w", s.name, err)
	}
	rule, err := s.bus.PutRule(ctx, &eventbridge.PutRuleInput{
		Name: &s.name, EventBusName: &s.busName, EventPattern: aws.String(followsLanguage),
		Description: aws.String("Announcements in which a user's language changed, erasures and snapshots, to the greeting skill."),
	})
	if err != nil {
		return "", fmt.Errorf("rule %s: %w", s.name, err)
	}
	_, err = s.queues.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{
		QueueUrl: &queueURL, Attributes: map[string]string{
			"Policy":        policy(queueARN, aws.ToString(rule.RuleArn)),
			"RedrivePolicy": `{"deadLetterTargetArn":"` + lettersARN + `","maxReceiveCount":` + maxReceiveCount + `}`,
		},
	})
	if err != nil {
		return "", fmt.Errorf("attributes of queue %s: %w", s.name, err)
	}
	return queueURL, s.target(ctx, queueARN)
}

// queue creates a queue with these attributes, unless a queue with that name exists.
func (s *subscription) queue(ctx context.Context, name string, attributes map[string]string) (url, arn string, err error) {
	// Look for the queue first: CreateQueue fails if a queue of that name has other
	// attributes, such as a policy.
	found, err := s.queues.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name})
	var missing *types.QueueDoesNotExist
	switch {
	case err == nil:
		url = aws.ToString(found.QueueUrl)
	case errors.As(err, &missing):
		created, err := s.queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
		if err != nil {
			return "", "", err
		}
		url = aws.ToString(created.QueueUrl)
	default:
		return "", "", err
	}
	out, err := s.queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn},
	})
	if err != nil {
		return "", "", err
	}
	return url, out.Attributes[string(types.QueueAttributeNameQueueArn)], nil
}

// target makes the queue a target of the rule. PutTargets answers 200 even if it
// refuses a target.
func (s *subscription) target(ctx context.Context, queueARN string) error {
	out, err := s.bus.PutTargets(ctx, &eventbridge.PutTargetsInput{
		Rule: &s.name, EventBusName: &s.busName, Targets: []bustypes.Target{{Id: &s.name, Arn: &queueARN}},
	})
	if err != nil {
		return fmt.Errorf("target of rule %s: %w", s.name, err)
	}
	for _, failed := range out.FailedEntries {
		return fmt.Errorf("target of rule %s: %s: %s", s.name, aws.ToString(failed.ErrorCode), aws.ToString(failed.ErrorMessage))
	}
	return nil
}

// policy lets this one rule send to the queue, and no other.
func policy(queueARN, ruleARN string) string {
	text, _ := json.Marshal(map[string]any{ // strings only: cannot fail
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Effect": "Allow", "Principal": map[string]string{"Service": "events.amazonaws.com"},
			"Action": "sqs:SendMessage", "Resource": queueARN,
			"Condition": map[string]any{"ArnEquals": map[string]string{"aws:SourceArn": ruleARN}},
		}},
	}, json.Deterministic(true))
	return string(text)
}
