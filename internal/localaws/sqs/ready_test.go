package sqs_test

import (
	"testing"
	"time"

	client "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

func TestReady(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	q, _ := c.service.Queue("q")
	ready := func(want bool, when string) {
		t.Helper()
		if q.Ready() != want {
			t.Errorf("ready is %v %s", !want, when)
		}
	}
	ready(false, "of an empty queue")
	c.send(t, url, "m")
	ready(true, "with a message")
	c.receive(t, url)
	ready(false, "with the message in flight")
	c.advance(30 * time.Second)
	ready(true, "after its visibility timeout")
	restore := q.LimitInFlight(0)
	ready(false, "at the limit in flight")
	q.LimitInFlight(restore)
	if _, err := c.DeleteQueue(t.Context(), &client.DeleteQueueInput{QueueUrl: url}); err != nil {
		t.Fatal(err)
	}
	ready(true, "of a deleted queue, on which a poll has to end")
}

func TestLongPollWaitsForItsQueue(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	q, _ := c.service.Queue("q")
	c.waiting = func(p *wire.Pending) {
		if p.On != wire.Source(q) {
			t.Errorf("it waits for %v", p.On)
		}
		c.send(t, url, "m")
	}
	out, err := c.ReceiveMessage(t.Context(), &client.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 20})
	if err != nil || len(out.Messages) != 1 {
		t.Errorf("%v, %v", out, err)
	}
}

// The same calls must give the same answers, so the error must always name the same one
// of two faults in a map.
func TestFaultsInMapsAreNamedInOrder(t *testing.T) {
	c := newCloud(t)
	c.queue(t, "q", nil)
	operation := c.service.Wire().Traced["SendMessage"]
	const url = `{"QueueUrl":"http://x/123456789012/q","MessageBody":"m",`
	for _, in := range []string{
		url + `"MessageAttributes":{"a":{"DataType":"Text","StringValue":"x"},"b":{"DataType":"Text","StringValue":"x"}}}`,
		url + `"MessageSystemAttributes":{"a":{"DataType":"String","StringValue":"x"},"b":{"DataType":"String","StringValue":"x"}}}`,
	} {
		messages := map[string]bool{}
		for range 50 {
			call, err := operation([]byte(in), "")
			if err != nil {
				t.Fatal(err)
			}
			if _, err = call(); err == nil {
				t.Fatalf("%s is taken", in)
			}
			messages[err.Error()] = true
		}
		if len(messages) != 1 {
			t.Errorf("%d different errors: %v", len(messages), messages)
		}
	}
}

func TestMoveTasksAreForgotten(t *testing.T) {
	c := newCloud(t)
	c.queue(t, "dead", nil)
	c.queue(t, "q", redriveTo("dead", 1))
	source := arn + "dead"
	var first string
	for i := range 30 {
		out, err := c.StartMessageMoveTask(t.Context(), &client.StartMessageMoveTaskInput{SourceArn: &source})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = *out.TaskHandle
		}
		c.advance(time.Second)
		c.service.MoveMessages(10)
	}
	if n := c.service.MoveTasks(); n != 10 {
		t.Errorf("%d tasks are kept, want the 10 that can be listed", n)
	}
	_, err := c.CancelMessageMoveTask(t.Context(), &client.CancelMessageMoveTaskInput{TaskHandle: &first})
	wantCode(t, err, "ResourceNotFoundException")
}

func TestNamesOfDeletedQueuesAreForgotten(t *testing.T) {
	c := newCloud(t)
	for _, name := range []string{"a", "b", "c"} {
		if _, err := c.service.CreateQueue(name, nil, nil); err != nil {
			t.Fatal(err)
		}
		c.service.DeleteQueue(name)
		c.advance(time.Minute)
	}
	if n := c.service.DeletedNames(); n != 1 {
		t.Errorf("%d names are kept, want the last one", n)
	}
}
