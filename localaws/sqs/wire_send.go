package sqs

import (
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

func (s *Service) sendMessage(in *sendMessageInput) (sent, error) {
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return sent{}, err
	}
	return q.sendWire(&in.sendFields)
}

func (q *Queue) sendWire(in *sendFields) (sent, error) {
	attributes, err := fromWire("SendMessage", in.MessageAttributes)
	if err != nil {
		return sent{}, err
	}
	system, err := fromWire("SendMessage", in.MessageSystemAttributes)
	if err != nil {
		return sent{}, err
	}
	trace, err := checkSystem(system)
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
	m, err := q.Send(in.MessageBody, attributes, delay, WithTraceHeader(trace), WithGroup(group))
	if err != nil {
		return sent{}, err
	}
	return sent{m.ID, digestBody(m.Body), digestAttributes(attributes), digestAttributes(system)}, nil
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

func (s *Service) sendMessageBatch(in *sendMessageBatchInput) (batchOutput[sentEntry], error) {
	var out batchOutput[sentEntry]
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return out, err
	}
	ids := make([]string, len(in.Entries))
	total := 0
	for i, e := range in.Entries {
		ids[i] = e.ID
		attributes, err := fromWire("SendMessageBatch", e.MessageAttributes)
		if err != nil {
			return out, err
		}
		total += size(e.MessageBody, attributes)
	}
	if err := checkBatch("SendMessageBatchRequestEntry", ids); err != nil {
		return out, err
	}
	if total > maxBytes {
		return out, queryError("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong", "Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maxBytes, total)
	}
	for _, e := range in.Entries {
		answer, err := q.sendWire(&e.sendFields)
		out.add(e.ID, sentEntry{e.ID, answer}, err)
	}
	return out, nil
}
