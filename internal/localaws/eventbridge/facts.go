package eventbridge

import "time"

// Put is the fact that a bus accepted an event.
type Put struct {
	Bus   string
	Event Event
}

// Replayed is the fact that a replay put an archived event on its bus again.
type Replayed struct {
	Bus   string
	Event Event
}

// Archived is the fact that an archive took an event of so many bytes.
type Archived struct {
	Archive string
	Bytes   int
}

// Unarchived is the fact that an archive had no room for its oldest event any
// more.
type Unarchived struct {
	Archive string
	Event   Event
}

// Matched is the fact that an enabled rule matched an accepted event.
type Matched struct {
	Bus, Rule string
	Event     Event
}

// Delivered is the fact that a target took a delivery.
type Delivered struct{ Delivery Delivery }

// Failed is the fact that an attempt failed and another is due at Next.
type Failed struct {
	Delivery Delivery
	Err      error
	Next     time.Time
}

// DeadLettered is the fact that the dead-letter queue took a delivery that its
// target did not take.
type DeadLettered struct{ Delivery Delivery }

// Dropped is the fact that an event is lost to a target: it could not be
// delivered, and no dead-letter queue took it. Reason says why not.
type Dropped struct {
	Delivery Delivery
	Reason   string
}
