package alarms_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/deadletter"
)

// The alarms count visible letters alone. A command that received a letter and was killed
// right before the minute's sample delays the alarm by a minute and no more.
func TestAKilledCommandDelaysTheAlarmByAMinute(t *testing.T) {
	s := newStage(t, nil)
	s.RunFor(2*time.Minute + 5*time.Second)
	s.nonsense(0)
	s.RunFor(50 * time.Second)
	q, _ := s.Queues.Queue(queueName("changes-dlq"))
	out, err := s.SQS().ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(q.URL()), VisibilityTimeout: int32(deadletter.HideFor / time.Second),
	})
	if err != nil || len(out.Messages) != 1 || s.fired["changes-dead-lettered"] {
		t.Fatalf("%v, %v; fired: %v", out, err, s.fired)
	}
	if s.RunFor(time.Minute); s.fired["changes-dead-lettered"] {
		t.Fatal("the letter was not hidden from the sample")
	}
	if s.RunFor(time.Minute); !s.fired["changes-dead-lettered"] {
		t.Error("the alarm stays silent")
	}
}
