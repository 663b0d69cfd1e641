package queue_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/queue"
)

const lettersURL = queueURL + "-dlq"

// A stored message of the fake dead-letter queue.
type stored struct {
	body       string
	attributes map[string]attribute
	receives   int
	hidden     bool
}

// A letterbox is the dead-letter queue behind a wire, as far as these tests
// need one. Receipts are indexes; deleted messages are nil.
type letterbox struct {
	*wire
	messages []*stored
	change   script // what SendMessageBatch, to the change queue, answers
}

func newLetterbox(t *testing.T) *letterbox {
	b := &letterbox{wire: &wire{t: t}, change: script{t: t}}
	b.operations = map[string]operation{
		"SendMessage": b.send, "ReceiveMessage": b.receive, "DeleteMessage": b.delete,
		"ChangeMessageVisibility": b.show, "SendMessageBatch": b.change.answer,
	}
	return b
}

func (b *letterbox) letters() *queue.DeadLetters { return queue.NewDeadLetters(b.client(), lettersURL) }

func (b *letterbox) send(body []byte) (int, any, error) {
	in := decode[struct {
		QueueURL          string `json:"QueueUrl"`
		MessageBody       string
		MessageAttributes map[string]attribute
	}](b.t, body)
	if in.QueueURL != lettersURL {
		b.t.Errorf("sent to %q", in.QueueURL)
	}
	b.messages = append(b.messages, &stored{body: in.MessageBody, attributes: in.MessageAttributes})
	return 200, map[string]string{
		"MessageId": "m", "MD5OfMessageBody": sum(in.MessageBody), "MD5OfMessageAttributes": sumAttributes(in.MessageAttributes),
	}, nil
}

type received struct {
	MessageID         string `json:"MessageId"`
	ReceiptHandle     string
	Body              string
	MD5OfBody         string
	Attributes        map[string]string
	MessageAttributes map[string]attribute
}

func (b *letterbox) receive(body []byte) (int, any, error) {
	in := decode[struct {
		QueueURL                    string `json:"QueueUrl"`
		MaxNumberOfMessages         int
		VisibilityTimeout           int
		WaitTimeSeconds             int
		MessageAttributeNames       []string
		MessageSystemAttributeNames []string
	}](b.t, body)
	if in.QueueURL != lettersURL || in.VisibilityTimeout != 120 || in.MaxNumberOfMessages > 10 {
		b.t.Errorf("received from %q for %d s, %d at most", in.QueueURL, in.VisibilityTimeout, in.MaxNumberOfMessages)
	}
	out := struct{ Messages []received }{}
	for i, m := range b.messages {
		if m == nil || m.hidden || len(out.Messages) == min(in.MaxNumberOfMessages, 2) { // SQS may give fewer than it has
			continue
		}
		m.hidden = true
		m.receives++
		out.Messages = append(out.Messages, received{
			MessageID: "m" + strconv.Itoa(i), ReceiptHandle: strconv.Itoa(i), Body: m.body, MD5OfBody: sum(m.body),
			Attributes:        map[string]string{"SentTimestamp": "1700000000123", "ApproximateReceiveCount": strconv.Itoa(m.receives)},
			MessageAttributes: m.attributes,
		})
	}
	return 200, out, nil
}

type receiptRequest struct {
	QueueURL          string `json:"QueueUrl"`
	ReceiptHandle     string
	VisibilityTimeout int
}

func (b *letterbox) delete(body []byte) (int, any, error) {
	i, _ := strconv.Atoi(decode[receiptRequest](b.t, body).ReceiptHandle)
	b.messages[i] = nil
	return 200, "{}", nil
}

func (b *letterbox) show(body []byte) (int, any, error) {
	in := decode[receiptRequest](b.t, body)
	i, _ := strconv.Atoi(in.ReceiptHandle)
	if in.VisibilityTimeout != 0 {
		b.t.Errorf("visible in %d s", in.VisibilityTimeout)
	}
	b.messages[i].hidden = false
	return 200, "{}", nil
}

func (b *letterbox) browse(max int) []queue.Letter {
	list, err := b.letters().Browse(context.Background(), max, 2*time.Minute)
	if err != nil {
		b.t.Fatal(err)
	}
	return list
}
