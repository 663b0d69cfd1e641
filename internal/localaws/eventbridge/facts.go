package eventbridge

import "time"

// Put reports that a bus accepted an event.
type Put struct {
	Bus   string
	Event Event
}

// Replayed reports that a replay put an archived event on its bus again.
type Replayed struct {
	Bus   string
	Event Event
}

// Archived reports that an archive stored an event of this many bytes.
type Archived struct {
	Archive string
	Bytes   int
}

// Unarchived reports that an archive removed its oldest event because it was full.
type Unarchived struct {
	Archive string
	Event   Event
}

// Matched reports that an enabled rule matched an accepted event.
type Matched struct {
	Bus, Rule string
	Event     Event
}

// Unmatched reports that no enabled rule matched an accepted event, so that no target
// gets it. An archive may still have stored it.
type Unmatched struct {
	Bus   string
	Event Event
	Rules int // how many rules of the bus are enabled
}

// Delivered reports that a target accepted a delivery.
type Delivered struct{ Delivery Delivery }

// Failed reports that an attempt failed and another is due at Next.
type Failed struct {
	Delivery Delivery
	Err      error
	Next     time.Time
}

// DeadLettered reports that the dead-letter queue accepted a delivery that its target
// did not accept.
type DeadLettered struct{ Delivery Delivery }

// Dropped reports that an event is lost for a target: it could not be delivered, and no
// dead-letter queue accepted it. Reason says why.
type Dropped struct {
	Delivery Delivery
	Reason   string
}
