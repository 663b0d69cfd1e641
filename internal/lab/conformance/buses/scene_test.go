package buses_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// scene is what one case works with: a bus of its own, and queues.
type scene struct {
	ctx    context.Context
	events *eventbridge.Client
	sqs    *sqs.Client
	bus    string
	queues []queue
}

type queue struct{ url, arn string }

// on makes a case that calls f with a scene, and cleans up afterwards.
func on(name string, f func(*scene) error) conformance.Case {
	return conformance.Case{Name: name, Check: func(ctx context.Context, cfg aws.Config) (err error) {
		s := &scene{ctx: ctx, events: eventbridge.NewFromConfig(cfg), sqs: sqs.NewFromConfig(cfg), bus: conformance.Name("bus")}
		if _, err := s.events.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: &s.bus}); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.clear()) }()
		return f(s)
	}}
}

func (s *scene) clear() error {
	var failed error
	for _, q := range s.queues {
		_, err := s.sqs.DeleteQueue(s.ctx, &sqs.DeleteQueueInput{QueueUrl: &q.url})
		var gone *sqstypes.QueueDoesNotExist
		if !errors.As(err, &gone) {
			failed = errors.Join(failed, err)
		}
	}
	return errors.Join(failed, s.clearArchives(), s.clearBus(s.bus))
}

func (s *scene) clearBus(bus string) error {
	rules, err := s.events.ListRules(s.ctx, &eventbridge.ListRulesInput{EventBusName: &bus})
	if err != nil {
		return err
	}
	for _, r := range rules.Rules {
		err = errors.Join(err, s.clearRule(bus, *r.Name))
	}
	_, e := s.events.DeleteEventBus(s.ctx, &eventbridge.DeleteEventBusInput{Name: &bus})
	return errors.Join(err, e)
}

func (s *scene) clearRule(bus, rule string) error {
	out, err := s.events.ListTargetsByRule(s.ctx, &eventbridge.ListTargetsByRuleInput{EventBusName: &bus, Rule: &rule})
	if err != nil {
		return err
	}
	var ids []string
	for _, t := range out.Targets {
		ids = append(ids, *t.Id)
	}
	if len(ids) > 0 {
		_, err = s.events.RemoveTargets(s.ctx, &eventbridge.RemoveTargetsInput{EventBusName: &bus, Rule: &rule, Ids: ids})
	}
	_, e := s.events.DeleteRule(s.ctx, &eventbridge.DeleteRuleInput{EventBusName: &bus, Name: &rule})
	return errors.Join(err, e)
}

// rule makes a rule on the scene's bus and returns its ARN.
func (s *scene) rule(name, pattern string) (string, error) {
	out, err := s.events.PutRule(s.ctx, &eventbridge.PutRuleInput{EventBusName: &s.bus, Name: &name, EventPattern: &pattern})
	if err != nil {
		return "", err
	}
	return *out.RuleArn, nil
}

// queue makes a queue that EventBridge may send to.
func (s *scene) queue() (queue, error) {
	out, err := s.sqs.CreateQueue(s.ctx, &sqs.CreateQueueInput{QueueName: aws.String(conformance.Name("queue"))})
	if err != nil {
		return queue{}, err
	}
	q := queue{url: *out.QueueUrl}
	s.queues = append(s.queues, q)
	got, err := s.sqs.GetQueueAttributes(s.ctx, &sqs.GetQueueAttributesInput{QueueUrl: &q.url, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn}})
	if err != nil {
		return queue{}, err
	}
	q.arn = got.Attributes["QueueArn"]
	_, err = s.sqs.SetQueueAttributes(s.ctx, &sqs.SetQueueAttributesInput{QueueUrl: &q.url, Attributes: map[string]string{"Policy": fmt.Sprintf(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":%q}]}`, q.arn)}})
	return q, err
}

// targets adds targets to a rule.
func (s *scene) targets(rule string, targets ...types.Target) error {
	out, err := s.events.PutTargets(s.ctx, &eventbridge.PutTargetsInput{EventBusName: &s.bus, Rule: &rule, Targets: targets})
	if err == nil && out.FailedEntryCount != 0 {
		err = fmt.Errorf("%d targets failed: %+v", out.FailedEntryCount, out.FailedEntries)
	}
	return err
}

// delivering makes a rule for everything from the source "test", with a queue
// that is target of it; change says how the target differs from a plain one.
func (s *scene) delivering(rule string, change func(*types.Target)) (queue, error) {
	q, err := s.queue()
	if err != nil {
		return q, err
	}
	if _, err := s.rule(rule, `{"source":["test"]}`); err != nil {
		return q, err
	}
	t := types.Target{Id: aws.String("target"), Arn: &q.arn}
	if change != nil {
		change(&t)
	}
	return q, s.targets(rule, t)
}

// entry is an event from the source "test" for the scene's bus.
func (s *scene) entry(detail string) types.PutEventsRequestEntry {
	return types.PutEventsRequestEntry{EventBusName: &s.bus, Source: aws.String("test"), DetailType: aws.String("type"), Detail: &detail}
}

// put puts events, none of which may fail, and returns their IDs.
func (s *scene) put(entries ...types.PutEventsRequestEntry) ([]string, error) {
	out, err := s.events.PutEvents(s.ctx, &eventbridge.PutEventsInput{Entries: entries})
	if err != nil {
		return nil, err
	}
	var ids []string
	for i, e := range out.Entries {
		if e.ErrorCode != nil || e.EventId == nil || out.FailedEntryCount != 0 {
			return nil, fmt.Errorf("entry %d of %d: %s, %s", i, len(entries), aws.ToString(e.ErrorCode), aws.ToString(e.ErrorMessage))
		}
		ids = append(ids, *e.EventId)
	}
	return ids, nil
}

// deliver puts the entry until the queue has a message. A rule of AWS sees events only
// after a while, so a single put would prove nothing.
func (s *scene) deliver(entry types.PutEventsRequestEntry, q queue) (sqstypes.Message, []string, error) {
	var got sqstypes.Message
	var ids []string
	err := conformance.Eventually(s.ctx, 30*time.Second, func() error {
		put, err := s.put(entry)
		ids = append(ids, put...)
		if err == nil {
			got, err = s.receive(q)
		}
		return err
	})
	return got, ids, err
}

func (s *scene) receive(q queue) (sqstypes.Message, error) {
	out, err := s.sqs.ReceiveMessage(s.ctx, &sqs.ReceiveMessageInput{QueueUrl: &q.url, WaitTimeSeconds: 2, MessageAttributeNames: []string{"All"}})
	if err != nil {
		return sqstypes.Message{}, fmt.Errorf("%w: %w", conformance.ErrNever, err)
	}
	if len(out.Messages) == 0 {
		return sqstypes.Message{}, errors.New("the queue has no message")
	}
	_, err = s.sqs.DeleteMessage(s.ctx, &sqs.DeleteMessageInput{QueueUrl: &q.url, ReceiptHandle: out.Messages[0].ReceiptHandle})
	return out.Messages[0], err
}

// body delivers an event and compares the message's body, which is JSON.
func (s *scene) body(entry types.PutEventsRequestEntry, q queue, want string) error {
	m, _, err := s.deliver(entry, q)
	if err != nil {
		return err
	}
	return sameJSON(*m.Body, want)
}

func sameJSON(got, want string) error {
	var a, b any
	if err := json.Unmarshal([]byte(got), &a); err != nil {
		return fmt.Errorf("%s is no JSON: %w", got, err)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		return err
	}
	if x, y := fmt.Sprint(a), fmt.Sprint(b); x != y {
		return fmt.Errorf("got %s, want %s", got, want)
	}
	return nil
}

// refused checks that an error has the code, and these words in its message.
func refused(err error, code, words string) error {
	var e smithy.APIError
	switch {
	case err == nil:
		return fmt.Errorf("got no error, want %s", code)
	case !errors.As(err, &e):
		return fmt.Errorf("got %w, want %s", err, code)
	}
	if e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), words) {
		return fmt.Errorf("got %s: %s; want %s: %s", e.ErrorCode(), e.ErrorMessage(), code, words)
	}
	return nil
}

// equal compares two values by how they print.
func equal(what string, got, want any) error {
	if x, y := fmt.Sprint(got), fmt.Sprint(want); x != y {
		return fmt.Errorf("%s: got %s, want %s", what, x, y)
	}
	return nil
}
