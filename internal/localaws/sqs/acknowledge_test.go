package sqs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
)

func TestVisibility(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	c.send(t, url, "m")
	first, _ := c.receive(t, url)
	hidden, _ := c.receive(t, url)
	c.advance(30 * time.Second)
	again, receipts := c.receive(t, url)
	if diff := cmp.Diff([][]string{{"m"}, nil, {"m"}}, [][]string{first, hidden, again}); diff != "" {
		t.Error(diff)
	}
	q, _ := c.service.Queue("q")
	m := q.Messages()[0]
	if m.System["ApproximateReceiveCount"] != "2" || m.Receipt != receipts[0] {
		t.Errorf("received %s times, receipt %s", m.System["ApproximateReceiveCount"], m.Receipt)
	}
}

func TestReceiveTakesNothingTwice(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", map[string]string{"VisibilityTimeout": "0"})
	c.send(t, url, "a")
	c.send(t, url, "b")
	for range 2 {
		if got, _ := c.receive(t, url); cmp.Diff([]string{"a", "b"}, got) != "" {
			t.Errorf("received %v, want a and b once each", got)
		}
	}
}

func TestDeleteMessage(t *testing.T) {
	for _, row := range []struct {
		name  string
		act   func(c *cloud, url *string) (receipt string)
		alive bool
	}{
		{"in flight", func(c *cloud, url *string) string {
			_, r := c.receive(t, url)
			return r[0]
		}, false},
		{"after the visibility timeout", func(c *cloud, url *string) string {
			_, r := c.receive(t, url)
			c.advance(time.Hour)
			return r[0]
		}, false},
		{"with an old handle after redelivery", func(c *cloud, url *string) string {
			_, r := c.receive(t, url)
			c.advance(30 * time.Second)
			c.receive(t, url)
			return r[0]
		}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := newCloud(t)
			url := c.queue(t, "q", nil)
			c.send(t, url, "m")
			receipt := row.act(c, url)
			for range 2 { // a second delete with the same handle is no error
				if _, err := c.DeleteMessage(t.Context(), &client.DeleteMessageInput{QueueUrl: url, ReceiptHandle: &receipt}); err != nil {
					t.Error(err)
				}
			}
			q, _ := c.service.Queue("q")
			if alive := len(q.Messages()) == 1; alive != row.alive {
				t.Errorf("message still there: %v, want %v", alive, row.alive)
			}
			if deleted := count[sqs.Deleted](c); deleted != len(q.Messages())^1 {
				t.Errorf("%d Deleted facts", deleted)
			}
		})
	}
}

// count says how many facts of one type the cloud has told.
func count[T any](c *cloud) int {
	n := 0
	for _, f := range c.facts {
		if _, ok := f.(T); ok {
			n++
		}
	}
	return n
}

func TestChangeMessageVisibility(t *testing.T) {
	change := func(c *cloud, url *string, receipt string, seconds int32) error {
		_, err := c.ChangeMessageVisibility(t.Context(), &client.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: &receipt, VisibilityTimeout: seconds})
		return err
	}
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	q, _ := c.service.Queue("q")
	c.send(t, url, "m")
	_, receipts := c.receive(t, url)
	old := receipts[0]

	if err := change(c, url, old, 600); err != nil {
		t.Fatal(err)
	}
	if at, _ := q.NextVisible(); !at.Equal(c.now.Add(10 * time.Minute)) {
		t.Errorf("longer: visible at %v", at)
	}
	if err := change(c, url, old, 0); err != nil {
		t.Fatal(err)
	}
	if visible, _, _ := q.Counts(); visible != 1 {
		t.Error("a timeout of 0 does not show the message")
	}
	if err := change(c, url, old, 60); err != nil {
		t.Errorf("the handle of a message that became visible, but was not received again: %v", err)
	}
	if visible, _, _ := q.Counts(); visible != 1 {
		t.Error("a message that was no longer in flight was hidden")
	}
	c.advance(time.Minute)
	_, receipts = c.receive(t, url)
	if err := change(c, url, old, 40); err != nil {
		t.Errorf("an older handle: %v", err)
	}
	if at, _ := q.NextVisible(); !at.Equal(c.now.Add(40 * time.Second)) {
		t.Errorf("an older handle: visible at %v", at)
	}
	wantCode(t, change(c, url, receipts[0], 43201), "InvalidParameterValue")
	c.advance(29 * time.Second)
	wantCode(t, change(c, url, receipts[0], 43200), "InvalidParameterValue")
	if err := change(c, url, receipts[0], 43171); err != nil {
		t.Errorf("twelve hours since the receive: %v", err)
	}
	q.Delete(receipts[0])
	wantCode(t, change(c, url, old, 1), "InvalidParameterValue")
	err := change(c, url, receipts[0], 1)
	wantCode(t, err, "InvalidParameterValue")
	if !strings.Contains(err.Error(), "Message does not exist or is not available for visibility timeout change.") {
		t.Error(err)
	}
}

func TestHandlesOfOthers(t *testing.T) {
	c := newCloud(t)
	url, other := c.queue(t, "q", nil), c.queue(t, "other", nil)
	c.send(t, other, "m")
	_, receipts := c.receive(t, other)
	for _, handle := range []string{"nonsense", "bm9uc2Vuc2U=", receipts[0]} {
		_, err := c.DeleteMessage(t.Context(), &client.DeleteMessageInput{QueueUrl: url, ReceiptHandle: &handle})
		wantCode(t, err, "ReceiptHandleIsInvalid")
		_, err = c.ChangeMessageVisibility(t.Context(), &client.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: &handle, VisibilityTimeout: 1})
		wantCode(t, err, "ReceiptHandleIsInvalid")
	}
}

func TestReceiveByID(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	q, _ := c.service.Queue("q")
	c.send(t, url, "a")
	id := c.send(t, url, "b")
	m, ok := q.ReceiveByID(id, time.Minute)
	if !ok || m.Body != "b" || m.Receipt == "" {
		t.Errorf("got %v, %v", m, ok)
	}
	if _, ok := q.ReceiveByID(id, time.Minute); ok {
		t.Error("received a message in flight")
	}
	if _, ok := q.ReceiveByID("unknown", time.Minute); ok {
		t.Error("received an unknown message")
	}
	q.Delete(m.Receipt)
	if got, _ := c.receive(t, url); cmp.Diff([]string{"a"}, got) != "" {
		t.Errorf("left: %v", got)
	}
}

func TestPurge(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	c.send(t, url, "in flight")
	c.receive(t, url)
	c.send(t, url, "visible")
	purge := func() error {
		_, err := c.PurgeQueue(t.Context(), &client.PurgeQueueInput{QueueUrl: url})
		return err
	}
	if err := purge(); err != nil {
		t.Fatal(err)
	}
	q, _ := c.service.Queue("q")
	if visible, inFlight, delayed := q.Counts(); visible+inFlight+delayed != 0 {
		t.Errorf("left: %d, %d, %d", visible, inFlight, delayed)
	}
	c.advance(59 * time.Second)
	wantCode(t, purge(), "AWS.SimpleQueueService.PurgeQueueInProgress")
	c.advance(time.Second)
	if err := purge(); err != nil {
		t.Error(err)
	}
}

func TestReceiveParameters(t *testing.T) {
	c := newCloud(t)
	url := c.queue(t, "q", nil)
	for name, in := range map[string]client.ReceiveMessageInput{
		"more than ten":         {MaxNumberOfMessages: 11},
		"fewer than one":        {MaxNumberOfMessages: -1},
		"over 12 hours":         {VisibilityTimeout: 43201},
		"waiting over 20 s":     {WaitTimeSeconds: 21},
		"waiting less than 0 s": {WaitTimeSeconds: -1},
	} {
		in.QueueUrl = url
		_, err := c.ReceiveMessage(t.Context(), &in)
		if t.Run(name, func(t *testing.T) { wantCode(t, err, "InvalidParameterValue") }); t.Failed() {
			return
		}
	}
	_, err := c.ReceiveMessage(t.Context(), &client.ReceiveMessageInput{QueueUrl: url, ReceiveRequestAttemptId: aws.String("a")})
	wantCode(t, err, "LocalAWSUnsupported")
}
