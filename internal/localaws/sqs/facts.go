package sqs

// Requested reports that a client's request about messages reached a queue and was
// answered. A request about ten messages counts once. The bus and event source mappings
// do not use client requests.
type Requested struct {
	Operation string // such as "SendMessageBatch"
	Queue     string
	Bytes     int // of the messages' bodies and attributes that it carried or was answered with
}

// Sent reports that a message arrived in a queue by sending.
type Sent struct {
	Queue   string
	Message Message
}

// Received reports that a message was received.
type Received struct {
	Queue   string
	Message Message
}

// Deleted reports that a message was acknowledged with its latest handle.
type Deleted struct {
	Queue   string
	Message Message
}

// DeadLettered reports that a message was received too often and moved to the
// dead-letter queue. To and From are names of queues.
type DeadLettered struct {
	From, To string
	Message  Message
}

// Moved reports that a move task moved a message. The message got a new ID, a new sent
// time and a receive count of 0. To and From are names of queues.
type Moved struct {
	From, To string
	Was      string // the ID before
	Message  Message
}

// Expired reports that a message was older than its queue's retention period, and is
// gone.
type Expired struct {
	Queue   string
	Message Message
}

// Purged reports that all messages of a queue were removed.
type Purged struct {
	Queue    string
	Messages int
}

func (q *Queue) tell(fact func() any) { q.service.w.TellLazily(fact) }

func (q *Queue) requested(operation string, bytes int) {
	q.tell(func() any { return Requested{operation, q.name, bytes} })
}
