package sqs

import "time"

// poisonous is the number of receives from which the age of the oldest message leaves a
// message out. Source: Amazon SQS Developer Guide, "Available CloudWatch metrics".
const poisonous = 3

// OldestAge returns how long the oldest message has been in the queue, as SQS reports it
// to CloudWatch: messages that were received three times or more do not count. It is zero
// if there is no other.
func (q *Queue) OldestAge() time.Duration {
	q.settle()
	now, oldest := q.service.w.Now(), time.Duration(0)
	for _, m := range q.messages {
		if m.receives < poisonous {
			oldest = max(oldest, now.Sub(m.arrived))
		}
	}
	return oldest
}

// Queues lists all queues by name.
func (s *Service) Queues() []*Queue { return s.sorted() }
