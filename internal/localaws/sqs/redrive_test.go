package sqs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
)

const arn = "arn:aws:sqs:us-east-1:123456789012:"

func redriveTo(name string, max int) map[string]string {
	return map[string]string{"VisibilityTimeout": "0", "RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":"%s%s","maxReceiveCount":"%d"}`, arn, name, max)}
}

func TestRedrive(t *testing.T) {
	c := newCloud(t)
	dead := c.queue(t, "dead", map[string]string{"DelaySeconds": "10"})
	url := c.queue(t, "q", redriveTo("dead", 2))
	q, _ := c.service.Queue("q")
	if _, err := q.Send("m", map[string]sqs.Attribute{"a": {DataType: "String", StringValue: "x"}}, 0, sqs.WithTraceHeader("Root=1")); err != nil {
		t.Fatal(err)
	}
	before := q.Messages()[0]
	c.advance(time.Second)
	for range 2 {
		if got, _ := c.receive(t, url); len(got) != 1 {
			t.Fatalf("received %v before the limit", got)
		}
	}
	c.advance(time.Second)
	if got, _ := c.receive(t, url); len(got) != 0 {
		t.Fatalf("received %v beyond the limit", got)
	}
	out, err := c.ReceiveMessage(t.Context(), &client.ReceiveMessageInput{
		QueueUrl: dead, MessageAttributeNames: []string{"All"}, MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"},
	})
	if err != nil || len(out.Messages) != 1 {
		t.Fatalf("dead-letter queue: %v, %v", out, err)
	}
	m := out.Messages[0]
	if *m.MessageId != before.ID || *m.Body != "m" || *m.MessageAttributes["a"].StringValue != "x" {
		t.Errorf("the message changed: %v", m)
	}
	want := map[string]string{
		"SenderId": "123456789012", "AWSTraceHeader": "Root=1", "DeadLetterQueueSourceArn": arn + "q",
		"SentTimestamp": before.System["SentTimestamp"], "ApproximateReceiveCount": "3", "ApproximateFirstReceiveTimestamp": "1795428001000",
	}
	if diff := cmp.Diff(want, m.Attributes); diff != "" {
		t.Error(diff)
	}
	if n := count[sqs.DeadLettered](c); n != 1 {
		t.Errorf("%d DeadLettered facts", n)
	}
	list, err := c.ListDeadLetterSourceQueues(t.Context(), &client.ListDeadLetterSourceQueuesInput{QueueUrl: dead})
	if err != nil || cmp.Diff([]string{*url}, list.QueueUrls) != "" {
		t.Errorf("sources %v, %v", list.QueueUrls, err)
	}
}

func TestRedriveFillsABatchFromTheRest(t *testing.T) {
	c := newCloud(t)
	c.queue(t, "dead", nil)
	url := c.queue(t, "q", redriveTo("dead", 1))
	c.send(t, url, "bad")
	c.receive(t, url)
	c.send(t, url, "good")
	if got, _ := c.receive(t, url); cmp.Diff([]string{"good"}, got) != "" {
		t.Errorf("received %v", got)
	}
}

func TestRedriveKeepsWhereThereIsNoTarget(t *testing.T) {
	c := newCloud(t)
	dead := c.queue(t, "dead", nil)
	url := c.queue(t, "q", redriveTo("dead", 1))
	c.send(t, url, "m")
	if _, err := c.DeleteQueue(t.Context(), &client.DeleteQueueInput{QueueUrl: dead}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if got, _ := c.receive(t, url); len(got) != 1 {
			t.Errorf("received %v", got)
		}
	}
}

func TestRedrivePolicyRefused(t *testing.T) {
	c := newCloud(t)
	c.queue(t, "closed", map[string]string{"RedriveAllowPolicy": `{"redrivePermission":"denyAll"}`})
	c.queue(t, "chosen", map[string]string{"RedriveAllowPolicy": `{"redrivePermission":"byQueue","sourceQueueArns":["` + arn + `good"]}`})
	c.queue(t, "good", redriveTo("chosen", 3))
	for _, row := range []struct{ name, policy, text string }{
		{"not JSON", `x`, "JSON"},
		{"no target", `{"maxReceiveCount":1}`, "deadLetterTargetArn"},
		{"no limit", `{"deadLetterTargetArn":"` + arn + `good"}`, "maxReceiveCount"},
		{"a limit of 0", `{"deadLetterTargetArn":"` + arn + `good","maxReceiveCount":0}`, "from 1 to 1000"},
		{"a target that is no ARN", `{"deadLetterTargetArn":"dummy","maxReceiveCount":1}`, "Invalid value for deadLetterTargetArn"},
		{"a target that does not exist", `{"deadLetterTargetArn":"` + arn + `nobody","maxReceiveCount":1}`, "does not exist"},
		{"a target that refuses all", `{"deadLetterTargetArn":"` + arn + `closed","maxReceiveCount":1}`, "RedriveAllowPolicy"},
		{"a target that refuses this queue", `{"deadLetterTargetArn":"` + arn + `chosen","maxReceiveCount":1}`, "RedriveAllowPolicy"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := c.CreateQueue(t.Context(), &client.CreateQueueInput{QueueName: aws.String("bad"), Attributes: map[string]string{"RedrivePolicy": row.policy}})
			wantCode(t, err, "InvalidParameterValue")
			if err != nil && !strings.Contains(err.Error(), row.text) {
				t.Errorf("%v does not say %q", err, row.text)
			}
		})
	}
	if _, ok := c.service.Queue("bad"); ok {
		t.Error("a refused queue exists")
	}
}

// deadLetters makes a queue "q" with three dead letters in "dead".
func deadLetters(t *testing.T, c *cloud) {
	c.queue(t, "dead", nil)
	url := c.queue(t, "q", redriveTo("dead", 1))
	for _, body := range []string{"a", "b", "c"} {
		c.send(t, url, body)
	}
	c.receive(t, url)
	c.receive(t, url)
}

func TestMoveTask(t *testing.T) {
	c := newCloud(t)
	deadLetters(t, c)
	q, _ := c.service.Queue("q")
	dead, _ := c.service.Queue("dead")
	was := dead.Messages()
	c.advance(time.Minute)
	if _, err := c.StartMessageMoveTask(t.Context(), &client.StartMessageMoveTaskInput{SourceArn: aws.String(arn + "dead"), MaxNumberOfMessagesPerSecond: aws.Int32(2)}); err != nil {
		t.Fatal(err)
	}
	_, err := c.StartMessageMoveTask(t.Context(), &client.StartMessageMoveTaskInput{SourceArn: aws.String(arn + "dead")})
	wantCode(t, err, "InvalidParameterValue")

	if n := c.service.MoveMessages(10); n != 1 {
		t.Errorf("moved %d at once, want 1 of 2 a second", n)
	}
	if at, ok := c.service.Wake(); !ok || !at.Equal(c.now.Add(500*time.Millisecond)) {
		t.Errorf("Wake() = %v, %v", at, ok)
	}
	tasks := func() []types.ListMessageMoveTasksResultEntry {
		out, err := c.ListMessageMoveTasks(t.Context(), &client.ListMessageMoveTasksInput{SourceArn: aws.String(arn + "dead")})
		if err != nil {
			t.Fatal(err)
		}
		return out.Results
	}
	if got := tasks()[0]; *got.Status != "RUNNING" || got.ApproximateNumberOfMessagesMoved != 1 || *got.ApproximateNumberOfMessagesToMove != 3 || got.TaskHandle == nil {
		t.Errorf("running task: %+v", got)
	}
	for range 2 {
		c.advance(500 * time.Millisecond)
		c.service.MoveMessages(10)
	}
	if got := tasks()[0]; *got.Status != "COMPLETED" || got.ApproximateNumberOfMessagesMoved != 3 || got.TaskHandle != nil {
		t.Errorf("task: %+v", got)
	}
	moved := q.Messages()
	if len(moved) != 3 || len(dead.Messages()) != 0 {
		t.Fatalf("%d moved, %d left", len(moved), len(dead.Messages()))
	}
	if m := moved[0]; m.ID == was[0].ID || m.System["ApproximateReceiveCount"] != "0" || m.System["SentTimestamp"] == was[0].System["SentTimestamp"] || m.System["DeadLetterQueueSourceArn"] != "" {
		t.Errorf("a moved message is not a new one: %v", m)
	}
}

// A real clock moves on between two questions.
func TestMoveTaskWhileTheClockMoves(t *testing.T) {
	c := newCloud(t)
	deadLetters(t, c)
	c.world.Now = func() time.Time {
		c.advance(time.Microsecond)
		return c.now
	}
	if _, err := c.StartMessageMoveTask(t.Context(), &client.StartMessageMoveTaskInput{SourceArn: aws.String(arn + "dead")}); err != nil {
		t.Fatal(err)
	}
	if n := c.service.MoveMessages(10); n != 3 {
		t.Errorf("moved %d, want 3", n)
	}
}

func TestMoveTaskCancelled(t *testing.T) {
	c := newCloud(t)
	deadLetters(t, c)
	c.queue(t, "other", nil)
	started, err := c.StartMessageMoveTask(t.Context(), &client.StartMessageMoveTaskInput{SourceArn: aws.String(arn + "dead"), DestinationArn: aws.String(arn + "other")})
	if err != nil {
		t.Fatal(err)
	}
	c.service.MoveMessages(1)
	cancelled, err := c.CancelMessageMoveTask(t.Context(), &client.CancelMessageMoveTaskInput{TaskHandle: started.TaskHandle})
	if err != nil || cancelled.ApproximateNumberOfMessagesMoved != 1 {
		t.Errorf("cancelled: %v, %v", cancelled, err)
	}
	if n := c.service.MoveMessages(10); n != 0 {
		t.Errorf("a cancelled task moved %d", n)
	}
	other, _ := c.service.Queue("other")
	if got := other.Messages(); len(got) != 1 || got[0].Body != "a" {
		t.Errorf("moved %v", got)
	}
	_, err = c.CancelMessageMoveTask(t.Context(), &client.CancelMessageMoveTaskInput{TaskHandle: started.TaskHandle})
	wantCode(t, err, "ResourceNotFoundException")
}

func TestMoveTaskRefused(t *testing.T) {
	c := newCloud(t)
	c.queue(t, "q", nil)
	for _, row := range []struct{ name, source, destination, code string }{
		{"an unknown source", "nobody", "", "ResourceNotFoundException"},
		{"a source that is no dead-letter queue", "q", "", "InvalidParameterValue"},
		{"an unknown destination", "q", "nobody", "ResourceNotFoundException"},
	} {
		in := &client.StartMessageMoveTaskInput{SourceArn: aws.String(arn + row.source)}
		if row.destination != "" {
			in.DestinationArn = aws.String(arn + row.destination)
		}
		_, err := c.StartMessageMoveTask(t.Context(), in)
		t.Run(row.name, func(t *testing.T) { wantCode(t, err, row.code) })
	}
}
