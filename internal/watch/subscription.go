package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
	"github.com/go-json-experiment/json"
)

// A Bus is a bus to watch.
type Bus struct {
	Events *eventbridge.Client
	Queues *sqs.Client
	Name   string
}

// Retry and age of deliveries: a watch that is over needs none.
const (
	retention   = "60" // seconds; the least that SQS allows
	maxEventAge = 60   // seconds; the least that EventBridge allows
	targetID    = "watch"
)

// Open makes the rule and the queue, and returns the queue's URL. pattern is an event
// pattern as JSON. A guard must be there already. The error is the SDK's, with what was
// to be made. What was made by then stays, for Remove.
func (b *Bus) Open(ctx context.Context, n Name, pattern string) (queueURL string, err error) {
	rule, err := b.Events.PutRule(ctx, &eventbridge.PutRuleInput{
		EventBusName: aws.String(b.Name), Name: aws.String(n.String()), EventPattern: aws.String(pattern),
		Description: aws.String("temporary: botprefs watch removes it"),
	})
	if err != nil {
		return "", fmt.Errorf("making the rule %s: %w", n, err)
	}
	queueARN, err := queueARN(aws.ToString(rule.RuleArn), n.String())
	if err != nil {
		return "", err
	}
	made, err := b.Queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(n.String()), Attributes: map[string]string{
		string(sqstypes.QueueAttributeNameMessageRetentionPeriod): retention,
		string(sqstypes.QueueAttributeNameSqsManagedSseEnabled):   "true",
		string(sqstypes.QueueAttributeNamePolicy):                 policy(queueARN, aws.ToString(rule.RuleArn)),
	}})
	if err != nil {
		return "", fmt.Errorf("making the queue %s: %w", n, err)
	}
	out, err := b.Events.PutTargets(ctx, &eventbridge.PutTargetsInput{
		EventBusName: aws.String(b.Name), Rule: aws.String(n.String()), Targets: []ebtypes.Target{{
			Id: aws.String(targetID), Arn: aws.String(queueARN),
			RetryPolicy: &ebtypes.RetryPolicy{MaximumEventAgeInSeconds: aws.Int32(maxEventAge)},
		}},
	})
	if err == nil && out.FailedEntryCount > 0 {
		err = errors.New(aws.ToString(out.FailedEntries[0].ErrorMessage))
	}
	if err != nil {
		return "", fmt.Errorf("sending the rule's events to the queue %s: %w", n, err)
	}
	return aws.ToString(made.QueueUrl), nil
}

// queueARN is the ARN of a queue in the account and region of a rule, whose ARN is
// arn:<partition>:events:<region>:<account>:rule/...
func queueARN(ruleARN, name string) (string, error) {
	parts := strings.SplitN(ruleARN, ":", 6)
	if len(parts) != 6 {
		return "", fmt.Errorf("%q is no ARN of a rule", ruleARN)
	}
	return strings.Join([]string{parts[0], parts[1], "sqs", parts[3], parts[4], name}, ":"), nil
}

// policy lets EventBridge send what this rule matches, and nothing else.
func policy(queueARN, ruleARN string) string {
	type object = map[string]any
	text, err := json.Marshal(object{"Version": "2012-10-17", "Statement": []object{{
		"Effect": "Allow", "Principal": object{"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": queueARN,
		"Condition": object{"ArnEquals": object{"aws:SourceArn": ruleARN}},
	}}}, json.Deterministic(true))
	if err != nil {
		panic(err) // texts that are valid UTF-8 can be written
	}
	return string(text)
}

// Remove removes the rule and the queue, in the order in which nothing is delivered to a
// queue that is gone. What does not exist is no error. It tries each, whatever became of
// the others.
func (b *Bus) Remove(ctx context.Context, n Name) error {
	name := aws.String(n.String())
	_, targets := b.Events.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{EventBusName: aws.String(b.Name), Rule: name, Ids: []string{targetID}})
	_, rule := b.Events.DeleteRule(ctx, &eventbridge.DeleteRuleInput{EventBusName: aws.String(b.Name), Name: name})
	return errors.Join(found(targets), found(rule), b.removeQueue(ctx, n))
}

func (b *Bus) removeQueue(ctx context.Context, n Name) error {
	out, err := b.Queues.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(n.String())})
	if err != nil {
		return found(err)
	}
	_, err = b.Queues.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: out.QueueUrl})
	return found(err)
}

// found is an error unless it says that there is nothing to remove.
func found(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) && slices.Contains([]string{"ResourceNotFoundException", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"}, api.ErrorCode()) {
		return nil
	}
	return err
}

// Sweep removes what abandoned tells to be left behind, on this bus and among the
// account's queues, and returns the names. An error does not keep it from removing the
// rest.
func (b *Bus) Sweep(ctx context.Context, abandoned func(Name) bool) (removed []Name, err error) {
	left := map[Name]bool{}
	add := func(text string) {
		if n, ok := ParseName(text); ok && abandoned(n) {
			left[n] = true
		}
	}
	rules, errRules := b.Events.ListRules(ctx, &eventbridge.ListRulesInput{EventBusName: aws.String(b.Name), NamePrefix: aws.String(Prefix)})
	if errRules == nil {
		for _, r := range rules.Rules {
			add(aws.ToString(r.Name))
		}
	}
	queues, errQueues := b.Queues.ListQueues(ctx, &sqs.ListQueuesInput{QueueNamePrefix: aws.String(Prefix)})
	if errQueues == nil {
		for _, url := range queues.QueueUrls {
			add(url[strings.LastIndexByte(url, '/')+1:])
		}
	}
	errs := []error{errRules, errQueues}
	for n := range left {
		if err := b.Remove(ctx, n); err != nil {
			errs = append(errs, err)
			continue
		}
		removed = append(removed, n)
	}
	slices.SortFunc(removed, func(a, b Name) int { return strings.Compare(a.String(), b.String()) })
	return removed, errors.Join(errs...)
}
