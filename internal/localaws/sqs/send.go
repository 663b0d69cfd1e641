package sqs

import (
	"maps"
	"time"
)

// QueueDelay as a delay stands for the queue's DelaySeconds.
const QueueDelay time.Duration = -1

// A SendOption adds to a message that is sent.
type SendOption func(*message)

// WithTraceHeader sets the system attribute AWSTraceHeader.
func WithTraceHeader(header string) SendOption { return func(m *message) { m.trace = header } }

// WithGroup sets MessageGroupId, which makes a standard queue a fair queue. The machine
// only stores it.
func WithGroup(id string) SendOption { return func(m *message) { m.group = id } }

// Send puts a message into the queue, receivable after the delay (0 to 15
// minutes, or QueueDelay). Errors are SQS's own: InvalidMessageContents for
// characters that XML 1.0 does not have, InvalidParameterValue for everything
// else, such as a message (body and attributes) over MaximumMessageSize. The
// attributes are copied.
func (q *Queue) Send(body string, attributes map[string]Attribute, delay time.Duration, options ...SendOption) (Message, error) {
	if err := q.checkMessage(body, attributes); err != nil {
		return Message{}, err
	}
	if delay == QueueDelay {
		delay = q.delay
	}
	if delay < 0 || delay > maxDelay {
		return Message{}, invalidValue(int64(delay/time.Second), "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")
	}
	m := &message{body: body, attributes: copyAttributes(attributes)}
	for _, option := range options {
		option(m)
	}
	q.settle()
	m.id, m.sent = q.service.w.UUID(), q.service.w.Now()
	q.arrive(m, m.sent.Add(delay))
	look := q.look(m)
	q.tell(func() any { return Sent{q.name, look} })
	return look, nil
}

func copyAttributes(attributes map[string]Attribute) map[string]Attribute {
	c := maps.Clone(attributes)
	for name, a := range c {
		if a.BinaryValue != nil {
			a.BinaryValue = append([]byte{}, a.BinaryValue...)
			c[name] = a
		}
	}
	return c
}
