package trail

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localrun/otlp"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// An invocation is a run of a function with a batch. As a span it has a trace of its
// own, with a link to the hop of each change in it.
type invocation struct {
	*lambda.Invocation
	start  time.Time
	self   otlp.Link
	source kind // queue, stream or deliver: what the batch was taken from
	place  string
	hops   []otlp.Link
}

func (r *Recorder) started(in *lambda.Invocation) {
	inv := &invocation{Invocation: in, start: r.now()}
	sum := sha256.Sum256([]byte(in.ID))
	copy(inv.self.Trace[:], sum[:])
	copy(inv.self.ID[:], sum[16:])
	for _, item := range in.Items {
		if t := r.byMessage[item]; t != nil {
			r.enter(inv, t, queue, apply, item)
		}
		for _, t := range r.byNumber[item] {
			r.enter(inv, t, stream, republish, item)
		}
		for _, d := range r.deliveries[item] {
			enterSubscriber(inv, &d, item)
		}
	}
	if len(inv.hops) > 0 {
		r.invocations[in.ID] = inv
	}
}

// enter ends a change's wait, and begins its hop in a function.
func (r *Recorder) enter(inv *invocation, t *trail, wait, work kind, item string) {
	waited := t.open(wait, item)
	if waited != nil {
		r.end(t, waited)
		inv.place = waited.place
	}
	inv.source = wait
	hop := inv.step(work)
	hop.sending = t.numbers[item]
	s := t.begin(hop)
	if s != nil {
		s.from = inv.place
		inv.hops = append(inv.hops, otlp.Link{Trace: t.trace, ID: s.span})
	}
}

// enterSubscriber begins a hop in a subscriber's function. The mapping that received the
// message began it.
func enterSubscriber(inv *invocation, d *delivery, item string) {
	s := d.trail.open(process, item)
	if s == nil {
		s = d.trail.branch(step{}, d.step.span)
	}
	if s == nil {
		return
	}
	work := inv.step(process)
	work.span, work.parent, work.from, work.sending = s.span, s.parent, d.step.place, s.sending
	*s = work
	inv.source, inv.place = deliver, d.step.place
	inv.hops = append(inv.hops, otlp.Link{Trace: d.trail.trace, ID: s.span})
}

func (inv *invocation) step(k kind) step {
	return step{
		kind: k, start: inv.start, place: inv.Function, id: inv.ID,
		batch: len(inv.Items), attempt: inv.Attempt, invocation: inv.self,
	}
}

func (r *Recorder) finished(f *lambda.Finished) {
	inv := r.invocations[f.Invocation.ID]
	if inv == nil {
		return
	}
	delete(r.invocations, inv.ID)
	for _, item := range inv.Items {
		failed := ""
		if slices.Contains(f.Failures, item) {
			failed = or(f.Reason, "comes again")
		}
		if t := r.byMessage[item]; t != nil {
			r.leaveApply(t, inv.ID, item, failed)
		}
		for _, t := range r.byNumber[item] {
			r.leaveRepublish(t, inv.ID, item, failed)
		}
		for _, d := range r.deliveries[item] {
			r.leave(d.trail, d.trail.open(process, inv.ID), failed)
		}
	}
	if r.span != nil {
		r.span(inv.toSpan(r.now(), or(f.Reason, reasonOf(f.Result.Err))))
	}
}

func reasonOf(err error) string {
	if err == nil {
		return ""
	}
	return "the function failed"
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (r *Recorder) leave(t *trail, s *step, failed string) {
	if s != nil {
		s.failed = failed
		r.end(t, s)
	}
}

// leaveApply ends a change's hop in apply. What failed is in the queue again.
func (r *Recorder) leaveApply(t *trail, request, message, failed string) {
	s := t.open(apply, request)
	if s == nil {
		return
	}
	switch {
	case failed == "" && s.revision == 0 && t.last(letter) == nil:
		s.note = nothingNew(t)
	case failed != "":
		s.note = "it comes again"
	}
	r.leave(t, s, failed)
	if failed != "" {
		t.begin(step{kind: queue, start: r.now(), place: r.names.Changes, id: message, sending: s.sending})
	}
}

// nothingNew says why apply stored nothing of a change.
func nothingNew(t *trail) string {
	for _, s := range t.steps {
		if s.kind == apply && s.revision > 0 {
			return "a duplicate: it is stored already"
		}
	}
	return "nothing stored: a later change had won, or it was stored already"
}

// leaveRepublish ends a change's hop in republish. What failed is in the stream again.
func (r *Recorder) leaveRepublish(t *trail, request, number, failed string) {
	s := t.open(republish, request)
	if s == nil {
		return
	}
	if failed != "" {
		s.note = "it comes again"
	} else if s.event == "" && t.outcome == "" {
		s.note = "nothing announced"
	}
	r.leave(t, s, failed)
	if failed != "" {
		t.begin(step{kind: stream, start: r.now(), place: r.names.Table, id: number, sending: s.sending})
	}
}

// changed follows a write of the table: a hop of each change that is new in it.
func (r *Recorder) changed(record *dynamodb.Record) {
	before, after := Profile(record.OldImage), Profile(record.NewImage)
	if before == nil || after == nil {
		return // something wrote an item that is not a profile
	}
	ids := texts(events.Announce(before, after).CausedBy)
	for _, id := range ids {
		t := r.byID[id]
		if t == nil {
			continue
		}
		n := 0
		if s := t.last(apply); s != nil {
			s.revision, s.previous, s.with = after.Revision, before.Revision, others(ids, id)
			n = s.sending
		}
		t.numbers[record.SequenceNumber] = n
		t.begin(step{kind: stream, start: r.now(), place: r.names.Table, id: record.SequenceNumber, sending: n})
		r.byNumber[record.SequenceNumber] = append(r.byNumber[record.SequenceNumber], t)
		t.forget = append(t.forget, func() { delete(r.byNumber, record.SequenceNumber) })
	}
}

// Profile reads an image as the republish function would; nil if it cannot be decoded.
func Profile(image dynamodb.Item) *events.Profile {
	var attributes map[string]awsevents.DynamoDBAttributeValue
	if len(image) == 0 || json.Unmarshal(localaws.ItemJSON(image), &attributes) != nil {
		return &events.Profile{}
	}
	p, err := item.ProfileOf(attributes)
	if err != nil {
		return nil
	}
	return &p
}
