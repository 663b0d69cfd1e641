package alarms_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// A fault is something that goes wrong. It begins at a time when nothing else is wrong.
type fault struct {
	change func(*virtual.Options) // may be nil
	begin  func(*stage)
	lasts  time.Duration
	mend   func(*stage) // may be nil: the fault ends by itself
	ends   time.Duration
	parts  []string // other alarms that fire, and may stay for longer
	not    []string // alarms that must not fire, because the fault is smaller than theirs
}

// faults has one for every alarm, by the alarm's name. A part of a composite alarm is
// among the parts of its fault.
func faults() map[string]fault {
	all := map[string]fault{
		"changes-dead-lettered": {
			begin: func(s *stage) { s.nonsense(0) }, lasts: 2 * time.Minute,
			mend: func(s *stage) { s.purge("changes-dlq") }, ends: 2 * time.Minute,
			not: []string{"changes-refused"},
		},
		"announcements-dead-lettered": {
			begin: func(s *stage) { s.damage(0) }, lasts: 2 * time.Minute,
			mend: func(s *stage) { s.purge("announcements-dlq") }, ends: 2 * time.Minute,
		},
		"changes-waiting": {
			begin: func(s *stage) { s.pause(virtual.Apply); s.every(time.Second, time.Minute, s.say) }, lasts: 8 * time.Minute,
			mend: (*stage).resume, ends: 2 * time.Minute, not: []string{"changes-dead-lettered"},
		},
		"announcements-late": {
			begin: func(s *stage) { s.refuseAnnouncements(); s.say(0) }, lasts: 10 * time.Minute,
			mend: func(s *stage) { s.refuse = nil }, ends: 3 * time.Minute, not: []string{"announcements-dead-lettered"},
		},
		"undeliverable-lost": {
			begin: func(s *stage) {
				s.Cloud.Refuse = func(string) error {
					return &eventbridge.DeliveryError{Code: "SQS_ACCESS_DENIED", Message: "Access denied", Final: true}
				}
				s.say(0)
			}, lasts: 2 * time.Minute,
			mend: func(s *stage) { s.Cloud.Refuse = nil }, ends: 2 * time.Minute,
		},
		"announcements-lost": {
			change: impatient,
			begin: func(s *stage) {
				s.Queues.DeleteQueue(queueName("announcements-dlq"))
				s.refuseAnnouncements()
				s.say(0)
			}, lasts: 5 * time.Minute,
			mend: func(s *stage) { s.refuse = nil }, ends: 2 * time.Minute,
		},
		"changes-refused": {
			begin: func(s *stage) { s.every(2*time.Second, 11*time.Minute, s.nonsense) }, lasts: 12 * time.Minute,
			ends: 12 * time.Minute,
		},
		"api-errors": {
			begin: func(s *stage) {
				s.every(time.Second, 5*time.Minute, func(i int) { s.ask(virtual.Get, 0, []int{200, 503}[i%2], nil) })
			}, lasts: 5 * time.Minute, ends: 5 * time.Minute, not: []string{"errors-getUserPreferences"},
		},
		"enough-changes": { // not a fault, but the end of quiet
			begin: func(s *stage) { s.every(10*time.Second, 20*time.Minute, s.say) }, lasts: 20 * time.Minute,
			ends: 65 * time.Minute,
		},
	}
	addFunctionFaults(all)
	addFailureFaults(all)
	addHistoryFaults(all)
	addObjectiveFaults(all)
	return all
}

// impatient gives a stream's records up after a minute, not after 23 hours.
func impatient(o *virtual.Options) {
	o.Change = func(s *stack.Stack) { s.StreamMappings[0].MaximumRecordAgeSeconds = 60 }
}

func (s *stage) pause(function string) {
	s.paused = func(f string, _ time.Duration) bool { return f == function }
}

func (s *stage) resume() { s.paused = nil }

// refuseAnnouncements makes the bus refuse what republish puts on it.
func (s *stage) refuseAnnouncements() {
	s.refuse = func(r virtual.Request) *wire.Error {
		if strings.HasPrefix(r.Target, "AWSEvents.") && strings.Contains(string(r.Body), events.DetailTypeUpdated) {
			return &wire.Error{Code: "InternalException", Message: "down", Status: 500}
		}
		return nil
	}
}

// damage writes an item that cannot be announced.
func (s *stage) damage(i int) {
	_, err := s.DynamoDB().PutItem(context.Background(), &dynamodb.PutItemInput{TableName: aws.String(s.Table()), Item: map[string]types.AttributeValue{
		"user_id": &types.AttributeValueMemberS{Value: "u"}, "revision": &types.AttributeValueMemberS{Value: fmt.Sprint("damaged ", i)},
	}})
	if err != nil {
		s.Error(err)
	}
}

func (s *stage) purge(queue string) {
	q, _ := s.Queues.Queue(queueName(queue))
	if _, err := s.SQS().PurgeQueue(context.Background(), &sqs.PurgeQueueInput{QueueUrl: aws.String(q.URL())}); err != nil {
		s.Error(err)
	}
}

// addObjectiveFaults adds pauses of apply and of republish, so that some changes are late.
// A change arrives every 24 seconds.
func addObjectiveFaults(all map[string]fault) {
	traffic := func(s *stage, hours time.Duration) { s.every(24*time.Second, hours*time.Hour, s.say) }
	// late pauses a function for a part of each period.
	late := func(function string, period, part time.Duration) func(string, time.Duration) bool {
		return func(f string, after time.Duration) bool { return f == function && after%period < part }
	}
	pauses := func(paused func(string, time.Duration) bool, hours time.Duration, parts, not []string) fault {
		return fault{
			begin: func(s *stage) { s.paused = paused; traffic(s, hours+1) }, lasts: hours * time.Hour,
			mend: (*stage).resume, ends: 50 * time.Minute, parts: parts, not: not,
		}
	}
	objective := func(name string, fast, slow func(string, time.Duration) bool) {
		parts := func(speed string) []string { return []string{name + speed + "-long", name + speed + "-short"} }
		all[name+"-fast"] = pauses(fast, 1, parts("-fast"), nil)
		all[name+"-slow"] = pauses(slow, 6, parts("-slow"), []string{name + "-fast"})
	}
	objective("visible", late(virtual.Apply, time.Minute, 40*time.Second), late(virtual.Apply, 4*time.Minute, 14*time.Second))
	objective("announced", late(virtual.Republish, time.Minute, 40*time.Second), late(virtual.Republish, 40*time.Minute, 20*time.Second))
}
