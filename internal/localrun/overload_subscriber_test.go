package localrun

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	bustypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/events"
)

const subscriberName = "overload-subscriber"

// A copier follows the rule of subscribers: it keeps each user's announcement with the
// greatest revision.
type copier struct {
	queues *sqs.Client
	url    string

	announced int
	latest    map[string]events.PreferencesUpdated
}

// subscribe gives every announcement a queue of its own on the bus.
func subscribe(ctx context.Context, env *Environment) (*copier, error) {
	s := &copier{queues: sqs.NewFromConfig(config(env)), latest: map[string]events.PreferencesUpdated{}}
	made, err := s.queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(subscriberName)})
	if err != nil {
		return nil, err
	}
	s.url = *made.QueueUrl
	rules, bus := eventbridge.NewFromConfig(config(env)), &env.Stack.Buses[0].Name
	_, err = rules.PutRule(ctx, &eventbridge.PutRuleInput{
		Name: aws.String(subscriberName), EventBusName: bus, EventPattern: aws.String(`{"detail-type":["` + events.DetailTypeUpdated + `"]}`),
	})
	if err != nil {
		return nil, err
	}
	arn := "arn:aws:sqs:" + env.Stack.Region + ":" + env.Stack.Account + ":" + subscriberName
	out, err := rules.PutTargets(ctx, &eventbridge.PutTargetsInput{
		Rule: aws.String(subscriberName), EventBusName: bus, Targets: []bustypes.Target{{Id: aws.String("queue"), Arn: &arn}},
	})
	if err == nil && out.FailedEntryCount > 0 {
		err = fmt.Errorf("the bus did not take the target: %s", aws.ToString(out.FailedEntries[0].ErrorMessage))
	}
	return s, err
}

// drain receives announcements until there are no more.
func (s *copier) drain(ctx context.Context) error {
	for {
		out, err := s.queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &s.url, MaxNumberOfMessages: 10})
		if err != nil || len(out.Messages) == 0 {
			return err
		}
		var done []types.DeleteMessageBatchRequestEntry
		for _, m := range out.Messages {
			if err := s.take(aws.ToString(m.Body)); err != nil {
				return err
			}
			done = append(done, types.DeleteMessageBatchRequestEntry{Id: m.MessageId, ReceiptHandle: m.ReceiptHandle})
		}
		if _, err := s.queues.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &s.url, Entries: done}); err != nil {
			return err
		}
	}
}

func (s *copier) take(body string) error {
	e, err := events.DecodeEnvelope([]byte(body))
	if err != nil {
		return err
	}
	var u events.PreferencesUpdated
	if err := json.Unmarshal(e.Detail, &u); err != nil {
		return err
	}
	s.announced++
	if u.Revision > s.latest[u.UserID].Revision {
		s.latest[u.UserID] = u
	}
	return nil
}

// upToDate tells whether every stored profile has been announced as it is.
func (s *copier) upToDate(stored map[string]events.Profile) bool {
	for user, p := range stored {
		if s.latest[user].Revision != p.Revision {
			return false
		}
	}
	return true
}
