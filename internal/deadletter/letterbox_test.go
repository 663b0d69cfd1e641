package deadletter_test

import (
	"cmp"
	"context"
	"encoding/binary"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/lab/wiretest"
)

const lettersURL = "https://sqs.us-east-1.amazonaws.com/123456789012/changes-dlq"

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
	*wiretest.Wire
	mu       sync.Mutex
	messages []*stored
	sent     []string // to the change queue
	sendErr  error    // of sending there
	failure  string   // of releasing a letter that is gone
}

func newLetterbox(t *testing.T) *letterbox {
	b := &letterbox{Wire: &wiretest.Wire{T: t}}
	b.Operations = map[string]wiretest.Operation{
		"SendMessage": b.send, "ReceiveMessage": b.receive, "DeleteMessage": b.delete,
		"ChangeMessageVisibilityBatch": b.show,
	}
	return b
}

func (b *letterbox) letters() *deadletter.Queue {
	cfg := b.Config()
	cfg.HTTPClient = &http.Client{Transport: b}
	return deadletter.New(sqs.NewFromConfig(cfg), lettersURL)
}

// RoundTrip answers one request at a time: letters are released by several.
func (b *letterbox) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Wire.RoundTrip(r)
}

// SendBody is the change queue.
func (b *letterbox) SendBody(_ context.Context, body string) error {
	if b.sendErr != nil {
		return b.sendErr
	}
	b.sent = append(b.sent, body)
	return nil
}

func (b *letterbox) send(body []byte) (int, any, error) {
	in := wiretest.Decode[struct {
		QueueURL          string `json:"QueueUrl"`
		MessageBody       string
		MessageAttributes map[string]attribute
	}](b.T, body)
	if in.QueueURL != lettersURL {
		b.T.Errorf("sent to %q", in.QueueURL)
	}
	b.messages = append(b.messages, &stored{body: in.MessageBody, attributes: in.MessageAttributes})
	return 200, map[string]string{
		"MessageId": "m", "MD5OfMessageBody": wiretest.MD5(in.MessageBody), "MD5OfMessageAttributes": sumAttributes(in.MessageAttributes),
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
	in := wiretest.Decode[struct {
		QueueURL                    string `json:"QueueUrl"`
		MaxNumberOfMessages         int
		VisibilityTimeout           int
		WaitTimeSeconds             int
		MessageAttributeNames       []string
		MessageSystemAttributeNames []string
	}](b.T, body)
	if in.QueueURL != lettersURL || in.VisibilityTimeout != 120 || in.MaxNumberOfMessages > 10 {
		b.T.Errorf("received from %q for %d s, %d at most", in.QueueURL, in.VisibilityTimeout, in.MaxNumberOfMessages)
	}
	out := struct{ Messages []received }{}
	for i, m := range b.messages {
		if m == nil || m.hidden || len(out.Messages) == min(in.MaxNumberOfMessages, 2) { // SQS may give fewer than it has
			continue
		}
		m.hidden = true
		m.receives++
		out.Messages = append(out.Messages, received{
			MessageID: "m" + strconv.Itoa(i), ReceiptHandle: strconv.Itoa(i), Body: m.body, MD5OfBody: wiretest.MD5(m.body),
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
	i, _ := strconv.Atoi(wiretest.Decode[receiptRequest](b.T, body).ReceiptHandle)
	b.messages[i] = nil
	return 200, "{}", nil
}

func (b *letterbox) show(body []byte) (int, any, error) {
	in := wiretest.Decode[struct {
		QueueURL string `json:"QueueUrl"`
		Entries  []struct {
			ID                string `json:"Id"`
			ReceiptHandle     string
			VisibilityTimeout int
		}
	}](b.T, body)
	if len(in.Entries) == 0 || len(in.Entries) > 10 {
		b.T.Errorf("%d entries", len(in.Entries))
	}
	type failure struct {
		ID          string `json:"Id"`
		Code        string
		SenderFault bool
	}
	var failed []failure
	for _, e := range in.Entries {
		if e.VisibilityTimeout != 0 {
			b.T.Errorf("visible in %d s", e.VisibilityTimeout)
		}
		i, _ := strconv.Atoi(e.ReceiptHandle)
		if b.messages[i] == nil {
			failed = append(failed, failure{e.ID, cmp.Or(b.failure, "InvalidParameterValue"), true})
			continue
		}
		b.messages[i].hidden = false
	}
	return 200, map[string]any{"Successful": []any{}, "Failed": failed}, nil
}

func (b *letterbox) browse(max int) []deadletter.Browsed {
	list, err := b.letters().Browse(context.Background(), max, 2*time.Minute)
	if err != nil {
		b.T.Fatal(err)
	}
	return list
}

// An attribute is a message attribute on the wire.
type attribute struct{ DataType, StringValue string }

// sumAttributes is SQS's checksum of string attributes.
func sumAttributes(attributes map[string]attribute) string {
	if len(attributes) == 0 {
		return ""
	}
	var b []byte
	field := func(s string) { b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...) }
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		field(name)
		field(attributes[name].DataType)
		b = append(b, 1)
		field(attributes[name].StringValue)
	}
	return wiretest.MD5(string(b))
}
