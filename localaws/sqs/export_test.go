package sqs

// LimitInFlight lowers the limit of messages in flight and returns what it was.
func (q *Queue) LimitInFlight(n int) int {
	was := q.limit
	q.limit = n
	return was
}
