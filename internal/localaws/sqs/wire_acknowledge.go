package sqs

import "time"

type deleteMessageInput struct {
	QueueURL      string `json:"QueueUrl"`
	ReceiptHandle string
}

func (s *Service) deleteMessage(in *deleteMessageInput) (empty, error) {
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return empty{}, err
	}
	q.requested("DeleteMessage", 0)
	return empty{}, q.delete(in.ReceiptHandle)
}

type idEntry struct {
	ID string `json:"Id"`
}

type deleteEntry struct {
	ID            string `json:"Id"`
	ReceiptHandle string
}

type deleteMessageBatchInput struct {
	QueueURL string `json:"QueueUrl"`
	Entries  []deleteEntry
}

func (s *Service) deleteMessageBatch(in *deleteMessageBatchInput) (batchOutput[idEntry], error) {
	var out batchOutput[idEntry]
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return out, err
	}
	ids := make([]string, len(in.Entries))
	for i, e := range in.Entries {
		ids[i] = e.ID
	}
	if err := checkBatch("DeleteMessageBatchRequestEntry", ids); err != nil {
		return out, err
	}
	q.requested("DeleteMessageBatch", 0)
	for _, e := range in.Entries {
		out.add(e.ID, idEntry{e.ID}, q.delete(e.ReceiptHandle))
	}
	return out, nil
}

type changeMessageVisibilityInput struct {
	QueueURL          string `json:"QueueUrl"`
	ReceiptHandle     string
	VisibilityTimeout *int64
}

func (s *Service) changeMessageVisibility(in *changeMessageVisibilityInput) (empty, error) {
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return empty{}, err
	}
	q.requested("ChangeMessageVisibility", 0)
	return empty{}, q.changeWire(in.ReceiptHandle, in.VisibilityTimeout)
}

func (q *Queue) changeWire(receipt string, seconds *int64) error {
	if seconds == nil {
		return missingParameter("VisibilityTimeout")
	}
	if *seconds < 0 || *seconds > 43200 { // before it could overflow a Duration
		return invalidValue(*seconds, "VisibilityTimeout", "VisibilityTimeout must be an integer between 0 and 43200.")
	}
	return q.ChangeVisibility(receipt, time.Duration(*seconds)*time.Second)
}

type changeEntry struct {
	ID                string `json:"Id"`
	ReceiptHandle     string
	VisibilityTimeout *int64
}

type changeMessageVisibilityBatchInput struct {
	QueueURL string `json:"QueueUrl"`
	Entries  []changeEntry
}

func (s *Service) changeMessageVisibilityBatch(in *changeMessageVisibilityBatchInput) (batchOutput[idEntry], error) {
	var out batchOutput[idEntry]
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return out, err
	}
	ids := make([]string, len(in.Entries))
	for i, e := range in.Entries {
		ids[i] = e.ID
	}
	if err := checkBatch("ChangeMessageVisibilityBatchRequestEntry", ids); err != nil {
		return out, err
	}
	q.requested("ChangeMessageVisibilityBatch", 0)
	for _, e := range in.Entries {
		// Here, as in SQS, an absent timeout is 0.
		seconds := new(int64)
		if e.VisibilityTimeout != nil {
			seconds = e.VisibilityTimeout
		}
		out.add(e.ID, idEntry{e.ID}, q.changeWire(e.ReceiptHandle, seconds))
	}
	return out, nil
}
