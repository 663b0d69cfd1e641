package sqs

import (
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

type receiveMessageInput struct {
	QueueURL                    string `json:"QueueUrl"`
	AttributeNames              []string
	MessageSystemAttributeNames []string
	MessageAttributeNames       []string
	MaxNumberOfMessages         *int
	VisibilityTimeout           *int64
	WaitTimeSeconds             *int64
	ReceiveRequestAttemptID     string `json:"ReceiveRequestAttemptId"`

	deadline time.Time // of the long poll, from the first run on
}

type receivedMessage struct {
	MessageID              string `json:"MessageId"`
	ReceiptHandle          string
	MD5OfBody              string
	Body                   string
	Attributes             map[string]string        `json:",omitempty"`
	MD5OfMessageAttributes string                   `json:",omitzero"`
	MessageAttributes      map[string]attributeJSON `json:",omitempty"`
}

type receiveMessageOutput struct {
	Messages []receivedMessage `json:",omitempty"`
}

func (s *Service) receiveMessage(in *receiveMessageInput) (receiveMessageOutput, error) {
	var out receiveMessageOutput
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return out, err
	}
	max, visibility, wait, err := in.parameters(q)
	if err != nil {
		return out, err
	}
	now := s.w.Now()
	if in.deadline.IsZero() {
		in.deadline = now.Add(wait)
	}
	bytes := 0
	for _, m := range q.Receive(max, visibility) {
		out.Messages = append(out.Messages, in.answer(m))
		bytes += size(m.Body, m.Attributes)
	}
	if len(out.Messages) == 0 && now.Before(in.deadline) {
		return out, &wire.Pending{Until: in.deadline, On: q}
	}
	q.requested("ReceiveMessage", bytes)
	if len(out.Messages) > 0 {
		return out, nil
	}
	if _, inFlight, _ := q.Counts(); inFlight >= q.limit && wait == 0 {
		e := queryError("OverLimit", "OverLimit", "Too many messages in flight: the limit of a queue is %d.", q.limit)
		e.Status = 403
		return out, e
	}
	return out, nil
}

func (in *receiveMessageInput) parameters(q *Queue) (max int, visibility, wait time.Duration, err error) {
	max, visibility, wait = 1, q.visibility, q.wait
	if in.ReceiveRequestAttemptID != "" {
		return 0, 0, 0, wire.Unsupported("FIFO queues (ReceiveRequestAttemptId)")
	}
	if n := in.MaxNumberOfMessages; n != nil {
		if *n < 1 || *n > 10 {
			return 0, 0, 0, invalidValue(*n, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.")
		}
		max = *n
	}
	if n := in.VisibilityTimeout; n != nil {
		if *n < 0 || *n > 43200 {
			return 0, 0, 0, invalidValue(*n, "VisibilityTimeout", "Must be >= 0 and <= 43200, if provided.")
		}
		visibility = time.Duration(*n) * time.Second
	}
	if n := in.WaitTimeSeconds; n != nil {
		if *n < 0 || *n > 20 {
			return 0, 0, 0, invalidValue(*n, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.")
		}
		wait = time.Duration(*n) * time.Second
	}
	return max, visibility, wait, in.checkSystemNames()
}

// systemNames are what AttributeNames and MessageSystemAttributeNames take.
// The FIFO ones never have a value here.
var systemNames = []string{
	"All", "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp",
	"SequenceNumber", "MessageDeduplicationId", "MessageGroupId", "AWSTraceHeader", "DeadLetterQueueSourceArn",
}

// checkSystemNames refuses unknown names. AttributeNames is the older member
// and lists names of queues' attributes too, which say nothing here.
func (in *receiveMessageInput) checkSystemNames() error {
	for _, name := range in.MessageSystemAttributeNames {
		if !slices.Contains(systemNames, name) {
			return unknownAttribute(name)
		}
	}
	for _, name := range in.AttributeNames {
		if !slices.Contains(systemNames, name) && !known[name] {
			return unknownAttribute(name)
		}
	}
	return nil
}

// answer is the message with the attributes that the client asked for.
func (in *receiveMessageInput) answer(m Message) receivedMessage {
	out := receivedMessage{MessageID: m.ID, ReceiptHandle: m.Receipt, MD5OfBody: digestBody(m.Body), Body: m.Body}
	names := slices.Concat(in.AttributeNames, in.MessageSystemAttributeNames)
	out.Attributes = map[string]string{}
	for name, value := range m.System {
		if slices.Contains(names, "All") || slices.Contains(names, name) {
			out.Attributes[name] = value
		}
	}
	chosen := map[string]Attribute{}
	for name, a := range m.Attributes {
		if slices.ContainsFunc(in.MessageAttributeNames, func(wanted string) bool { return selects(wanted, name) }) {
			chosen[name] = a
		}
	}
	out.MessageAttributes, out.MD5OfMessageAttributes = toWire(chosen), digestAttributes(chosen)
	return out
}

// selects tells whether a MessageAttributeName selects an attribute. It may be All, .*,
// the name itself, or a prefix followed by .* ("bar.*" selects all names that start
// with "bar").
func selects(wanted, name string) bool {
	if wanted == "All" || wanted == name {
		return true
	}
	prefix, wild := strings.CutSuffix(wanted, "*")
	return wild && strings.HasPrefix(name, strings.TrimSuffix(prefix, "."))
}
