package trail

import (
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// rare follows what happens beside the usual way.
func (r *Recorder) rare(f world.Fact) {
	switch f := f.(type) {
	case eventbridge.Unmatched:
		if t := r.byEnvelope[f.Event.ID]; t != nil {
			t.outcome = "lost: no rule of the bus matches it"
			r.leave(t, t.open(bus, f.Event.ID), "no rule matches")
		}
	case eventbridge.Delivered:
		r.called(&f.Delivery)
	case eventbridge.Failed:
		r.notDelivered(&f.Delivery, f.Err.Error()+"; it is tried again")
	case eventbridge.Dropped:
		r.notDelivered(&f.Delivery, f.Reason)
	case sqs.Received:
		r.received(f.Queue, f.Message.ID)
	case sqs.Deleted:
		for _, d := range r.deliveries[f.Message.ID] {
			r.leave(d.trail, d.trail.open(process, f.Message.ID), "")
		}
	case sqs.DeadLettered:
		r.gone(f.Message.ID, f.To, "redrive", "received too often")
	case sqs.Expired:
		r.gone(f.Message.ID, f.Queue, "expired", "too old for its queue")
	case sqs.Moved:
		if f.To == r.names.Changes {
			t, envelope := r.trailOf([]byte(f.Message.Body))
			r.queued(t, envelope, f.Message.ID, "redriven")
		}
	case lambda.Discarded:
		for _, number := range f.Items {
			for _, t := range r.byNumber[number] {
				t.outcome = "not announced: " + f.Condition
			}
		}
	case lambda.GivenUp:
		for _, d := range r.deliveries[f.ID] {
			r.end(d.trail, d.trail.branch(step{kind: letter, start: r.now(), place: f.Function, failed: f.Condition}, d.step.span))
		}
	}
}

// called follows an announcement to an HTTP endpoint. Deliveries to queues and functions
// are known by what arrived there.
func (r *Recorder) called(d *eventbridge.Delivery) {
	if name := r.names.Endpoints[d.Target.ARN]; name != "" {
		if a := r.byEvent[d.Event.ID]; a != nil {
			for _, t := range a.causes {
				r.delivered(t, t.numbers[d.Event.ID], d.Accepted, name, "", "")
			}
		}
	}
}

// notDelivered records an attempt of the bus that failed.
func (r *Recorder) notDelivered(d *eventbridge.Delivery, why string) {
	place := d.Target.ARN[strings.LastIndexByte(d.Target.ARN, ':')+1:]
	if d.Event.DetailType == events.DetailTypeChange {
		if t := r.byEnvelope[d.Event.ID]; t != nil {
			r.end(t, t.branch(step{kind: deliver, start: r.now(), place: place, failed: why, sending: t.numbers[d.Event.ID]}, t.tip))
		}
		return
	}
	if a := r.byEvent[d.Event.ID]; a != nil {
		for _, t := range a.causes {
			r.end(t, t.branch(step{kind: deliver, start: a.at, place: place, failed: why, sending: t.numbers[d.Event.ID]}, t.tip))
		}
	}
}

// received follows a message to a subscriber that asks the queue itself. A mapping asks
// too, and then its function starts.
func (r *Recorder) received(queue, message string) {
	for _, d := range r.deliveries[message] {
		d.trail.branch(step{kind: process, start: r.now(), place: queue, id: message, note: "received from the queue"}, d.step.span)
	}
}

// gone ends the way of a message that no function took.
func (r *Recorder) gone(message, place, code, why string) {
	if t := r.byMessage[message]; t != nil {
		r.leave(t, t.open(queue, message), code)
		r.deadLetter(t, t.numbers[message], place, code, why)
	}
	for _, d := range r.deliveries[message] {
		r.end(d.trail, d.trail.branch(step{kind: letter, start: r.now(), place: place, note: why, failed: code}, d.step.span))
	}
}
