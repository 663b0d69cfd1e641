package eventbridge

import (
	"container/heap"
	"errors"
	"maps"
	"strconv"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// Delivery is one event on its way to one target. Its fields are read-only for callers.
// Only Deliver changes the deliveries that Pending returns.
type Delivery struct {
	Event     Event
	Bus, Rule string
	RuleARN   string
	Target    TargetConfig

	Body        string            // what to deliver
	Group       string            // MessageGroupId, or ""
	TraceHeader string            // AWSTraceHeader, or ""
	Attributes  map[string]string // message attributes (of type String): only of a dead letter

	Accepted time.Time // when the bus accepted the event; its age counts from here
	Due      time.Time // when the next attempt is to be made
	Attempts int       // made so far

	number   uint64
	position int            // in Service.pending or Service.calls, while it is there
	last     *DeliveryError // why the latest attempt failed

	slotted bool          // it is one of the calls that its API destination has taken on
	held    int           // what it counts against its API destination's room, in bytes
	wait    time.Duration // the least until the next attempt, as the target asked
}

// schedule creates the delivery of an event to a target, due at once.
func (s *Service) schedule(r *rule, t TargetConfig, event *Event, envelope []byte) {
	now := s.w.Now()
	s.deliveries++
	d := &Delivery{
		Event: *event, Bus: r.bus, Rule: r.name, RuleARN: r.arn, Target: t,
		Group: t.MessageGroupID, TraceHeader: event.TraceHeader,
		Accepted: now, Due: now, number: s.deliveries,
	}
	d.Body, d.last = t.input(d, envelope)
	if isDestination(t.ARN) {
		if !s.hold(d) {
			s.giveUp(d, "")
			return
		}
		s.untried++
		heap.Push(&s.calls, d)
		return
	}
	heap.Push(&s.pending, d)
}

// Deliver attempts a pending delivery now, whenever it is due. If the attempt fails,
// Deliver schedules a retry. If the error is final or the target's retry policy is
// exhausted, it sends the event to the target's dead-letter queue with EventBridge's
// message attributes, or drops it. It ignores a delivery that is no longer pending.
func (s *Service) Deliver(d *Delivery) {
	if !s.pending.has(d) {
		return
	}
	heap.Remove(&s.pending, d.position)
	if d.tooOld(s.w.Now()) {
		s.giveUp(d, "MaximumEventAgeInSeconds")
		return
	}
	d.last = s.attempt(d)
	s.settle(d, &s.pending)
}

func (d *Delivery) tooOld(now time.Time) bool {
	return d.Attempts > 0 && now.Sub(d.Accepted) >= d.Target.age()
}

// settle ends a delivery after an attempt, or puts it back among those to be retried.
func (s *Service) settle(d *Delivery, again *pending) {
	d.Attempts++
	if again == &s.calls && d.Attempts == 1 {
		s.untried--
	}
	switch {
	case d.last == nil:
		s.letGo(d)
		s.w.Tell(Delivered{*d})
	case d.last.Final:
		s.giveUp(d, "")
	case d.Attempts > d.Target.Retries():
		s.giveUp(d, "MaximumRetryAttempts")
	default:
		// At the end of its age the delivery is due once more, and is then given up.
		d.Due = s.w.Now().Add(max(s.backoff(d.Attempts), d.wait))
		if end := d.Accepted.Add(d.Target.age()); d.Due.After(end) {
			d.Due = end
		}
		heap.Push(again, d)
		s.w.Tell(Failed{*d, d.last, d.Due})
	}
}

// attempt passes the delivery to its target.
func (s *Service) attempt(d *Delivery) *DeliveryError {
	if d.Attempts == 0 && d.last != nil {
		return d.last // there is no body to deliver
	}
	target, ok := s.targets(d.Target.ARN)
	if !ok {
		return noResource(d.Target.ARN)
	}
	err := target.Deliver(*d)
	var classified *DeliveryError
	var refused *wire.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &classified):
		return classified
	case errors.As(err, &refused):
		return &DeliveryError{Code: "SDK_CLIENT_ERROR", Message: err.Error(), Final: true}
	}
	return &DeliveryError{Code: "ERROR_FROM_TARGET", Message: err.Error()}
}

func noResource(arn string) *DeliveryError {
	return &DeliveryError{Code: "NO_RESOURCE", Message: "The target " + arn + " does not exist.", Final: true}
}

// backoff doubles from one second to 8 minutes, minus a random part of up to half. 185
// retries then fit into 24 hours.
func (s *Service) backoff(attempts int) time.Duration {
	wait := min(time.Second<<min(attempts-1, 9), 8*time.Minute)
	return wait - time.Duration(s.w.Rand.Int64N(int64(wait/2)))
}

// giveUp ends a delivery that failed permanently, as a dead letter or a drop. condition
// is the exhausted part of the retry policy, if any.
func (s *Service) giveUp(d *Delivery, condition string) {
	s.letGo(d)
	if d.Target.DeadLetterARN == "" {
		s.w.Tell(Dropped{*d, "the target has no dead-letter queue"})
		return
	}
	letter := d.deadLetter(condition)
	queue, ok := s.targets(d.Target.DeadLetterARN)
	if !ok {
		s.w.Tell(Dropped{*d, "the dead-letter queue " + d.Target.DeadLetterARN + " does not exist"})
		return
	}
	if err := queue.Deliver(letter); err != nil {
		s.w.Tell(Dropped{*d, "the dead-letter queue refused: " + err.Error()})
		return
	}
	s.w.Tell(DeadLettered{letter})
}

// deadLetter returns the message for the dead-letter queue: the event itself, whatever
// the target's input would have been.
func (d *Delivery) deadLetter(condition string) Delivery {
	letter := *d
	letter.Body, letter.Group = string(d.Event.Envelope()), ""
	letter.Attributes = map[string]string{
		"RULE_ARN":       d.RuleARN,
		"TARGET_ARN":     d.Target.ARN,
		"ERROR_CODE":     d.last.Code,
		"ERROR_MESSAGE":  d.last.Message,
		"RETRY_ATTEMPTS": strconv.Itoa(max(d.Attempts-1, 0)),
	}
	if condition != "" {
		letter.Attributes["EXHAUSTED_RETRY_CONDITION"] = condition
	}
	maps.DeleteFunc(letter.Attributes, func(_, value string) bool { return value == "" }) // SQS refuses empty attributes
	return letter
}
