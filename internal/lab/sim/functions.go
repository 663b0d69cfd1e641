package sim

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/internal/lab/sim/oracle"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

// outcome is the result of one invocation.
type outcome struct {
	failures []string // ids of messages or records, as Lambda understood the answer
}

// consumerSkew bounds how far the consumers' clocks are off.
const consumerSkew = time.Minute

var errDied = errors.New("RequestId: 0 Error: Runtime exited")

// invoke starts the function of a mapping that has a batch.
func (s *Simulation) invoke(m lambda.Mapping) bool {
	inv, ok := m.Next()
	if !ok {
		return false
	}
	s.invocations[inv.ID] = &outcome{}
	switch all := s.cloud.Mappings(); {
	case m == all[0]:
		s.invokeApply(m, inv)
	case m == all[len(all)-1]:
		s.invokeRepublish(m, inv)
	default:
		s.invokeHistory(m, inv)
	}
	return true
}

func (s *Simulation) invokeApply(m lambda.Mapping, inv *lambda.Invocation) {
	var event awsevents.SQSEvent
	must(json.Unmarshal(inv.Payload, &event))
	s.printf("apply is invoked with %d messages", len(event.Records))
	off := skew(s.rand, consumerSkew)
	run := &oracle.Invocation{Now: s.now.Add(off), Unsent: map[string]bool{}, Users: map[string]bool{}, Shaken: map[string]bool{}, Late: s.lateOf(&event)}
	for _, r := range event.Records {
		run.Bodies = append(run.Bodies, r.Body)
	}
	s.log.Applying(run)
	var answer any
	var err error
	apply, previous := s.shifted()
	run.Previous = previous
	s.start(&task{name: "apply", skew: off, run: run},
		func(ctx context.Context) { answer, err = apply(ctx, event) },
		func(t *task) {
			s.finish(m, inv, t, answer, err)
			if err != nil {
				s.happened("apply did nothing")
			}
			run.Killed, run.Ended, run.Metrics = t.killed, s.clockOf(t), s.metrics(t)
			failures := s.invocations[inv.ID].failures
			for _, id := range inv.Items {
				run.Failed = append(run.Failed, slices.Contains(failures, id))
			}
			s.log.Applied(run)
		})
}

// shifted is the version that an alias with two versions would call, and whether it is
// the previous one.
func (s *Simulation) shifted() (apply applyFunc, previous bool) {
	if s.handlers.previous == nil || s.rand.IntN(2) == 0 {
		return s.handlers.apply.Handle, false
	}
	s.happened("apply of the previous version")
	return s.handlers.previous, true
}

func (s *Simulation) invokeRepublish(m lambda.Mapping, inv *lambda.Invocation) {
	var event awsevents.DynamoDBEvent
	must(json.Unmarshal(inv.Payload, &event))
	s.printf("republish is invoked with %d records", len(event.Records))
	if inv.Attempt > 1 {
		s.happened("stream batch tried again")
	}
	var answer awsevents.DynamoDBEventResponse
	var err error
	off, batch := skew(s.rand, consumerSkew), s.batchOf(&event)
	batch.Began = s.now.Add(off)
	s.start(&task{name: "republish", skew: off, batch: batch},
		func(ctx context.Context) { answer, err = s.handlers.republish.Handle(ctx, event) },
		func(t *task) {
			s.finish(m, inv, t, answer, err)
			failed := len(s.invocations[inv.ID].failures) > 0
			s.log.Republished(failed, t.killed, t.batch.Bus || t.queue)
			if batch.Reported = len(answer.BatchItemFailures); err != nil {
				batch.Reported = batch.All()
				s.happened("republish did nothing")
			}
			if batch.Ended, batch.Metrics = s.clockOf(t), s.metrics(t); !t.killed {
				s.log.CountedRepublish(batch, failed)
			}
		})
}

// batchOf returns the input of a run of republish, by user.
func (s *Simulation) batchOf(event *awsevents.DynamoDBEvent) *oracle.Batch {
	b := &oracle.Batch{Folds: map[string][]*oracle.Fold{}}
	for _, r := range event.Records {
		revision := func(image map[string]awsevents.DynamoDBAttributeValue) (n int64) {
			if v, ok := image["revision"]; ok {
				n, _ = v.Integer()
			}
			return n
		}
		user, before, after := r.Change.Keys["user_id"].String(), revision(r.Change.OldImage), revision(r.Change.NewImage)
		deleted := after == 0 && s.log.Deleted(user, before)
		b.Add(user, before, after, deleted, r.Change.ApproximateCreationDateTime.Time)
	}
	return b
}

func (s *Simulation) finish(m lambda.Mapping, inv *lambda.Invocation, t *task, answer any, err error) {
	result := lambda.Result{Err: err}
	if t.killed {
		result.Err = errDied
	}
	if result.Err == nil {
		text, marshalling := json.Marshal(answer)
		must(marshalling)
		result.Payload = text
	}
	m.Finish(inv, result)
	if failures := s.invocations[inv.ID].failures; len(failures) > 0 {
		s.printf("%s ends; %d of %d are not done", t.name, len(failures), len(inv.Items))
		return
	}
	s.printf("%s ends; all is done", t.name)
}
