package sim

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/historystore"
	"github.com/bot-preferences/bot-preferences/internal/lab/sim/oracle"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

// historyEvery is how many histories there are to one in which the pipeline keeps what
// became of changes. Such a history takes nearly twice the time of another.
const historyEvery = 4

// historyOf wires recordHistory as its main function does.
func (s *Simulation) historyOf(table *dynamodb.Client, profiles *profilestore.Store) (*consumers.History, *historystore.Store) {
	kept := historystore.New(table, s.names.historyTable, historystore.WithClock(s.clock), historystore.WithConcurrency(1))
	return &consumers.History{
		Keep: kept.Keep,
		Fence: func(ctx context.Context, userID string) (events.Stamp, error) {
			p, err := profiles.Read(ctx, userID)
			return p.Cleared, err
		},
		Now: s.clock, Logger: quietLog, Concurrency: 1,
	}, kept
}

func (s *Simulation) invokeHistory(m lambda.Mapping, inv *lambda.Invocation) {
	var event awsevents.SQSEvent
	must(json.Unmarshal(inv.Payload, &event))
	s.printf("history is invoked with %d messages", len(event.Records))
	run := &oracle.Recording{}
	for _, r := range event.Records {
		ms, err := strconv.ParseInt(r.Attributes["SentTimestamp"], 10, 64)
		must(err)
		run.Bodies, run.Sent = append(run.Bodies, r.Body), append(run.Sent, time.UnixMilli(ms))
	}
	var answer any
	var err error
	t := &task{name: "history", skew: skew(s.rand, consumerSkew)}
	if s.chance(s.plan.hostility) {
		t.last = 1 + s.rand.IntN(8)
	}
	s.start(t,
		func(ctx context.Context) { answer, err = s.handlers.history.Handle(ctx, event) },
		func(t *task) {
			s.finish(m, inv, t, answer, err)
			failures := s.invocations[inv.ID].failures
			for _, id := range inv.Items {
				run.Failed = append(run.Failed, slices.Contains(failures, id))
			}
			s.happened("batch of the history")
			s.log.Recorded(run)
		})
}

// toHistory sends a body to the history's queue once more, undisturbed.
func (s *Simulation) toHistory(body string) {
	s.printf("the bus delivers it to the history again")
	s.happened("event delivered twice to the history")
	q, _ := s.cloud.Queues.Queue(s.names.history)
	_, err := q.Send(body, nil, time.Duration(s.rand.IntN(30))*time.Second)
	must(err)
}

// closeGaps redrives the dead letters of the history, as its runbook says.
func (s *Simulation) closeGaps() {
	from, _ := s.cloud.Queues.Queue(s.names.historyLetters)
	to, _ := s.cloud.Queues.Queue(s.names.history)
	if len(from.Messages()) == 0 {
		return
	}
	s.happened("gap of the history closed")
	_, err := s.handlers.sqs.StartMessageMoveTask(context.Background(), &sqs.StartMessageMoveTaskInput{
		SourceArn: aws.String(from.ARN()), DestinationArn: aws.String(to.ARN()),
	})
	must(err)
	for s.cloud.MoveDue() > 0 {
	}
	s.drain(0)
}

// explainAll asks what became of each change, as botprefs explain does.
func (s *Simulation) explainAll() {
	told := map[string]*oracle.Told{}
	for _, id := range s.log.Users() {
		user, err := s.handlers.kept.Load(context.Background(), id)
		must(err)
		profile, err := s.handlers.profiles.Read(context.Background(), id)
		must(err)
		t := &oracle.Told{Changes: map[string]oracle.ToldChange{}, Refusals: map[string]oracle.ToldRefusal{}, Keys: map[int64][]string{}}
		for i, j := range user.Judge(&profile).All() {
			raw := &user.Changes[i]
			s.happened("change told as " + string(j.Verdict))
			t.Changes[j.ID.String()] = oracle.ToldChange{Verdict: string(j.Verdict), Says: raw.Said != nil || raw.Source != "", Carried: len(j.Envelopes)}
		}
		for _, r := range user.Refusals {
			s.happened("change told as " + string(r.VerdictOf()))
			t.Refusals[r.At.String()] = oracle.ToldRefusal{Code: string(r.Code), Verdict: string(r.VerdictOf()), Says: r.Field != "" || r.Source != ""}
		}
		for _, a := range user.Announcements {
			t.Keys[a.Revision] = a.ChangedKeys
		}
		told[id] = t
	}
	s.log.Explained(told, s.items, s.now)
}
