package sqs

// LimitInFlight lowers the limit of messages in flight and returns what it was.
func (q *Queue) LimitInFlight(n int) int {
	was := q.limit
	q.limit = n
	return was
}

// MoveTasks counts the tasks that the service remembers.
func (s *Service) MoveTasks() int { return len(s.moves) }

// DeletedNames counts the names of deleted queues that it remembers.
func (s *Service) DeletedNames() int { return len(s.deleted) }
