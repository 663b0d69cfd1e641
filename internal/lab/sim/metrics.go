package sim

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/lab/emf"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// stage is the stage that the functions report.
const stage = "sim"

// reporter is that of all functions. What a task reports is the task's.
func (s *Simulation) reporter() *telemetry.Reporter {
	return &telemetry.Reporter{Stage: stage, StackID: "simulation", Out: reports{s}}
}

// reports are the standard output of the running task. A process that is gone has none.
type reports struct{ s *Simulation }

func (r reports) Write(text []byte) (int, error) {
	if t := r.s.current; t != nil && !t.killed {
		t.reported = append(t.reported, text...)
	}
	return len(text), nil
}

// metrics are what a task reported, by the metric's name and its other dimensions. Lines
// that CloudWatch would ignore violate M1.
func (s *Simulation) metrics(t *task) map[string][]int64 {
	series, err := emf.Read(string(t.reported))
	if err != nil {
		s.log.Misreported(err)
	}
	named := map[string][]int64{}
	for name, values := range series {
		metric, dimensions, _ := strings.Cut(name, " "+stage)
		named[metric+dimensions] = values
	}
	return named
}

// conflict tells the oracle that a write's condition failed.
func (s *Simulation) conflict(t *task, body []byte, r *http.Response) {
	if t.run == nil || r.StatusCode != http.StatusBadRequest {
		return
	}
	text, err := io.ReadAll(r.Body)
	must(err)
	r.Body = io.NopCloser(bytes.NewReader(text))
	if bytes.Contains(text, []byte("ConditionalCheckFailedException")) {
		t.run.Conflict(userOf(body))
	}
}

// lateOf tells which messages of an event were redriven, by the facts.
func (s *Simulation) lateOf(event *awsevents.SQSEvent) (late []bool) {
	for _, r := range event.Records {
		late = append(late, s.redriven[r.MessageId])
	}
	return late
}

// redriveOne sends the first of the dead letters back as botprefs does.
func (s *Simulation) redriveOne() {
	from, _ := s.cloud.Queues.Queue(s.names.letters)
	ctx := context.Background()
	out, err := s.handlers.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: aws.String(from.URL()), MaxNumberOfMessages: 1, VisibilityTimeout: 60})
	must(err)
	for _, m := range out.Messages {
		s.printf("a dead letter is redriven by hand")
		s.happened("dead letter redriven by hand")
		letter := deadletter.Browsed{Letter: deadletter.Letter{Body: *m.Body}, ID: *m.MessageId, Receipt: *m.ReceiptHandle}
		s.redriving = true
		must(deadletter.New(s.handlers.sqs, from.URL()).Redrive(ctx, letter, s.handlers.queue))
		s.redriving = false
		s.log.Redriven(*m.Body)
	}
}
