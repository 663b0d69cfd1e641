package sqs

import (
	"cmp"
	"time"
)

// sendFields are what SendMessage and an entry of SendMessageBatch share.
type sendFields struct {
	MessageBody             string
	DelaySeconds            *int64
	MessageAttributes       map[string]attributeJSON
	MessageSystemAttributes map[string]attributeJSON
	MessageDeduplicationID  *string `json:"MessageDeduplicationId"`
	MessageGroupID          *string `json:"MessageGroupId"`
}

type sent struct {
	MessageID              string `json:"MessageId"`
	MD5OfMessageBody       string
	MD5OfMessageAttributes string `json:",omitzero"`
	MD5OfSystemAttributes  string `json:"MD5OfMessageSystemAttributes,omitzero"`
}

type sendMessageInput struct {
	QueueURL string `json:"QueueUrl"`
	sendFields
}

// sendMessage gets the X-Ray trace of the request. It counts for every message of the
// request that has no AWSTraceHeader of its own: X-Ray developer guide, "Amazon SQS and AWS
// X-Ray".
func (s *Service) sendMessage(in *sendMessageInput, trace string) (sent, error) {
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return sent{}, err
	}
	read, err := in.read("SendMessage")
	if err != nil {
		return sent{}, err
	}
	q.requested("SendMessage", size(in.MessageBody, read.attributes))
	return q.sendWire(read, trace)
}

// sending is what a message to send asks for, with its attributes read.
type sending struct {
	*sendFields
	attributes, system map[string]Attribute
}

// read reads the attributes. Lists in them are UnsupportedOperation, which is an
// error of the operation, also where it is a batch.
func (in *sendFields) read(operation string) (sending, error) {
	attributes, err := fromWire(operation, in.MessageAttributes)
	if err != nil {
		return sending{}, err
	}
	system, err := fromWire(operation, in.MessageSystemAttributes)
	return sending{in, attributes, system}, err
}

// sendWire sends a message. Its errors are those that can belong to a single entry of a
// batch. Real SQS was seen to fail an entry for its attributes and to send the others
// (https://github.com/boto/boto/pull/3348). InvalidParameterValue is not an error of
// SendMessageBatch. trace is that of the request.
func (q *Queue) sendWire(in sending, trace string) (sent, error) {
	own, err := checkSystem(in.system)
	if err != nil {
		return sent{}, err
	}
	if in.MessageDeduplicationID != nil {
		return sent{}, invalidValue(*in.MessageDeduplicationID, "MessageDeduplicationId", "The request includes a parameter that is not valid for this queue type.")
	}
	if err := checkGroup(in.MessageGroupID); err != nil {
		return sent{}, err
	}
	group := ""
	if in.MessageGroupID != nil {
		group = *in.MessageGroupID
	}
	delay := QueueDelay
	if in.DelaySeconds != nil {
		if *in.DelaySeconds < 0 || *in.DelaySeconds > 900 {
			return sent{}, invalidValue(*in.DelaySeconds, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")
		}
		delay = time.Duration(*in.DelaySeconds) * time.Second
	}
	m, err := q.Send(in.MessageBody, in.attributes, delay, WithTraceHeader(cmp.Or(own, trace)), WithGroup(group))
	if err != nil {
		return sent{}, err
	}
	return sent{m.ID, digestBody(m.Body), digestAttributes(in.attributes), digestAttributes(in.system)}, nil
}

type sendEntry struct {
	ID string `json:"Id"`
	sendFields
}

type sendMessageBatchInput struct {
	QueueURL string `json:"QueueUrl"`
	Entries  []sendEntry
}

type sentEntry struct {
	ID string `json:"Id"`
	sent
}

func (s *Service) sendMessageBatch(in *sendMessageBatchInput, trace string) (batchOutput[sentEntry], error) {
	var out batchOutput[sentEntry]
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return out, err
	}
	ids := make([]string, len(in.Entries))
	read := make([]sending, len(in.Entries))
	total := 0
	for i, e := range in.Entries {
		ids[i] = e.ID
		if read[i], err = e.read("SendMessageBatch"); err != nil {
			return out, err
		}
		total += size(e.MessageBody, read[i].attributes) // system attributes do not count
	}
	if err := checkBatch("SendMessageBatchRequestEntry", ids); err != nil {
		return out, err
	}
	if total > maxBytes {
		return out, queryError("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong", "Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maxBytes, total)
	}
	q.requested("SendMessageBatch", total)
	for i, id := range ids {
		answer, err := q.sendWire(read[i], trace)
		out.add(id, sentEntry{id, answer}, err)
	}
	return out, nil
}
