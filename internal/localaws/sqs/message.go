package sqs

import (
	"strconv"
	"time"
)

// Message is a look at one message. Its maps and slices are not changed later
// and must not be changed by the receiver.
type Message struct {
	ID         string // UUID; a dead-lettered message keeps it
	Body       string
	Attributes map[string]Attribute // the sender's

	// System holds SQS's own attributes by their names in the API: SenderId,
	// SentTimestamp, ApproximateReceiveCount, ApproximateFirstReceiveTimestamp
	// (once received) and where present AWSTraceHeader, MessageGroupId and
	// DeadLetterQueueSourceArn. Times are milliseconds since 1970.
	System map[string]string

	// Receipt is the handle of the latest receive, "" before the first.
	Receipt string
}

// Attribute is a message attribute of the sender's. DataType is String, Number
// or Binary, optionally with ".label" behind it; Binary values are in
// BinaryValue, the others in StringValue.
type Attribute struct {
	DataType    string
	StringValue string
	BinaryValue []byte
}

// message is one message while it is in one queue.
type message struct {
	id         string
	body       string
	attributes map[string]Attribute
	trace      string // AWSTraceHeader
	group      string // MessageGroupId
	source     string // ARN of the queue it was dead-lettered from

	sent     time.Time
	arrived  time.Time // in this queue
	first    time.Time // first receive
	received time.Time // latest receive
	receives int

	sequence  uint64 // order of arrival in this queue
	visible   time.Time
	delayed   bool   // hidden since it was sent, not since a receive
	receipt   uint64 // serial number of the latest receive in this queue, 0: none
	positions [3]int // in the queue's orders
}

func (q *Queue) look(m *message) Message {
	system := map[string]string{
		"SenderId":                q.service.w.Account,
		"SentTimestamp":           millis(m.sent),
		"ApproximateReceiveCount": strconv.Itoa(m.receives),
	}
	if m.receives > 0 {
		system["ApproximateFirstReceiveTimestamp"] = millis(m.first)
	}
	for name, value := range map[string]string{"AWSTraceHeader": m.trace, "MessageGroupId": m.group, "DeadLetterQueueSourceArn": m.source} {
		if value != "" {
			system[name] = value
		}
	}
	look := Message{ID: m.id, Body: m.body, Attributes: m.attributes, System: system}
	if m.receipt != 0 {
		look.Receipt = q.handle(m)
	}
	return look
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
