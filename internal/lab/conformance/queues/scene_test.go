package queues_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/queues"
)

// scene is a running case. Its methods end the case at the first failure, so that a
// case reads like a list of claims.
type scene struct {
	*sqs.Client
	ctx    context.Context
	queues []string // to delete in the end
}

// wrong ends a case; see scenario.
type wrong struct{ error }

// scenario makes a case of a play.
func scenario(name string, play func(s *scene)) conformance.Case {
	return conformance.Case{Name: name, Check: func(ctx context.Context, cfg aws.Config) (err error) {
		s := &scene{Client: sqs.NewFromConfig(cfg), ctx: ctx}
		defer func() {
			switch r := recover().(type) {
			case nil:
			case wrong:
				err = r.error
			default:
				panic(r)
			}
			err = errors.Join(err, s.clean())
		}()
		play(s)
		return nil
	}}
}

// waiting is scenario for a play that waits.
func waiting(name string, play func(s *scene)) conformance.Case {
	c := scenario(name, play)
	c.Waits = true
	return c
}

// clean deletes the queues, even if the case ran out of time.
func (s *scene) clean() error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), 10*time.Second)
	defer cancel()
	var failed error
	for _, url := range s.queues {
		_, err := s.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: &url})
		if err != nil && queues.Code(err) != noQueue {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

func (s *scene) fail(format string, args ...any) { panic(wrong{fmt.Errorf(format, args...)}) }

func (s *scene) must(err error) {
	if err != nil {
		panic(wrong{err})
	}
}

// refused wants an error of this code.
func (s *scene) refused(want string, err error) {
	if err == nil {
		s.fail("was taken, want the error %s", want)
	}
	if got := queues.Code(err); got != want {
		s.fail("error %s, want %s: %w", got, want, err)
	}
}

// equal wants got to be want.
func equal[T any](s *scene, what string, want, got T) {
	if diff := cmp.Diff(want, got); diff != "" {
		s.fail("%s (-want +got):\n%s", what, diff)
	}
}

// pause lets time pass.
func (s *scene) pause(d time.Duration) { s.must(conformance.Pause(s.ctx, d)) }

// eventually repeats f until it returns nil, because parts of SQS are eventually
// consistent.
func (s *scene) eventually(f func() error) {
	s.must(conformance.Eventually(s.ctx, 10*time.Second, f))
}

// Codes that several cases want.
const (
	noQueue       = "AWS.SimpleQueueService.NonExistentQueue"
	queueExists   = "QueueAlreadyExists"
	deletedLately = "AWS.SimpleQueueService.QueueDeletedRecently"
	purging60     = "AWS.SimpleQueueService.PurgeQueueInProgress"
	emptyBatch    = "AWS.SimpleQueueService.EmptyBatchRequest"
	tooMany       = "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"
	notDistinct   = "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"
	badID         = "AWS.SimpleQueueService.InvalidBatchEntryId"
	tooLong       = "AWS.SimpleQueueService.BatchRequestTooLong"
	badParameter  = "InvalidParameterValue"
	missing       = "MissingParameter"
)

// queue is a queue made for one case.
type queue struct {
	*scene
	name string
	url  *string
}

// queue makes a queue with attributes given as name and value in turn.
func (s *scene) queue(attributes ...string) *queue {
	return s.create(&sqs.CreateQueueInput{QueueName: aws.String(conformance.Name("queue")), Attributes: pairs(attributes)})
}

func (s *scene) create(in *sqs.CreateQueueInput) *queue {
	out, err := s.CreateQueue(s.ctx, in)
	s.must(err)
	s.queues = append(s.queues, *out.QueueUrl)
	return &queue{s, *in.QueueName, out.QueueUrl}
}

func pairs(list []string) map[string]string {
	var m map[string]string
	for i := 0; i < len(list); i += 2 {
		if m == nil {
			m = map[string]string{}
		}
		m[list[i]] = list[i+1]
	}
	return m
}

// send sends a message with what the options add.
func (q *queue) send(body string, options ...func(*sqs.SendMessageInput)) *sqs.SendMessageOutput {
	out, err := q.trySend(body, options...)
	q.must(err)
	return out
}

func (q *queue) trySend(body string, options ...func(*sqs.SendMessageInput)) (*sqs.SendMessageOutput, error) {
	in := &sqs.SendMessageInput{QueueUrl: q.url, MessageBody: &body}
	for _, o := range options {
		o(in)
	}
	return q.SendMessage(q.ctx, in)
}

// once receives up to ten messages in one call that does not wait.
func (q *queue) once(options ...func(*sqs.ReceiveMessageInput)) []types.Message {
	list, err := q.tryReceive(options...)
	q.must(err)
	return list
}

func (q *queue) tryReceive(options ...func(*sqs.ReceiveMessageInput)) ([]types.Message, error) {
	in := &sqs.ReceiveMessageInput{QueueUrl: q.url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"}}
	for _, o := range options {
		o(in)
	}
	out, err := q.ReceiveMessage(q.ctx, in)
	if err != nil {
		return nil, err
	}
	return out.Messages, nil
}

// take receives until it has n messages. It fails if there are more, or too few for too
// long.
func (q *queue) take(n int, options ...func(*sqs.ReceiveMessageInput)) []types.Message {
	var all []types.Message
	q.eventually(func() error {
		if all = append(all, q.once(options...)...); len(all) < n {
			return fmt.Errorf("%d messages arrived, want %d", len(all), n)
		}
		return nil
	})
	if len(all) > n {
		q.fail("%d messages arrived, want %d: %v", len(all), n, bodies(all))
	}
	return all
}

// one takes the only message.
func (q *queue) one(options ...func(*sqs.ReceiveMessageInput)) types.Message {
	return q.take(1, options...)[0]
}

// none checks that nothing can be received now.
func (q *queue) none() {
	if got := q.once(); len(got) > 0 {
		q.fail("%v can be received, want nothing", bodies(got))
	}
}
