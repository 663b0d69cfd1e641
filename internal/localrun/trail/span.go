package trail

import (
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localrun/otlp"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// The systems that messages travel over, as messaging.system names them. OpenTelemetry
// has a name for SQS alone.
const (
	eventBridge = "aws_eventbridge"
	sqsSystem   = "aws_sqs"
	streams     = "aws_dynamodb_streams"
)

// A form is how a kind of hop looks as a span. OpenTelemetry's semantic conventions for
// messaging say what goes where.
type form struct {
	service   string // empty: the place of the hop
	kind      otlp.Kind
	system    string
	operation string // messaging.operation.name
	typ       string // messaging.operation.type; empty: none of those that there are
}

var forms = map[kind]form{
	publish:   {"", otlp.Producer, eventBridge, "publish", "send"},
	bus:       {"eventbridge", otlp.Internal, eventBridge, "route", ""},
	queue:     {"sqs", otlp.Internal, sqsSystem, "wait", ""},
	apply:     {"", otlp.Consumer, sqsSystem, "apply", "process"},
	stream:    {"dynamodb", otlp.Internal, streams, "wait", ""},
	republish: {"", otlp.Consumer, streams, "republish", "process"},
	deliver:   {"eventbridge", otlp.Internal, eventBridge, "deliver", ""},
	process:   {"", otlp.Consumer, sqsSystem, "process", "process"},
	letter:    {"sqs", otlp.Internal, sqsSystem, "dead-letter", ""},
}

// toSpan is a hop as a span. It names no user, and of what went wrong only the kind: an
// error's text may have come from anywhere.
func (t *trail) toSpan(s *step) otlp.Span {
	f := forms[s.kind]
	f.system = or(s.system, f.system)
	span := otlp.Span{
		Service: or(f.service, s.place), Trace: t.trace, ID: s.span, Parent: s.parent, Remote: s.remote,
		Name: f.operation + " " + or(s.from, s.place), Kind: f.kind, Start: s.start, End: s.end,
		Attributes: append(f.attributes(or(s.from, s.place)), t.attributes()...),
	}
	if s.kind == publish {
		span.Service = or(t.source, "unknown")
	}
	span.Attributes = append(span.Attributes, s.attributes()...)
	if s.invocation.ID != (otlp.SpanID{}) {
		span.Links = append(span.Links, s.invocation)
	}
	if s.failed != "" {
		span.Failed = s.failure()
		span.Attributes = append(span.Attributes, otlp.Text("error.type", span.Failed))
	}
	if s.kind == letter {
		span.Attributes = append(span.Attributes, otlp.Text(telemetry.FieldCode, s.failed))
	}
	return span
}

// attributes are those that log lines have too, by the same names.
func (t *trail) attributes() []otlp.Attribute {
	list := []otlp.Attribute{otlp.Text(telemetry.FieldEvent, t.id)}
	if t.userHash != "" {
		list = append(list, otlp.Text(telemetry.FieldUser, t.userHash))
	}
	if t.conversationHash != "" {
		list = append(list, otlp.Text(telemetry.FieldConversation, t.conversationHash))
	}
	return list
}

func (f *form) attributes(place string) []otlp.Attribute {
	list := []otlp.Attribute{
		otlp.Text("messaging.system", f.system), otlp.Text("messaging.destination.name", place), otlp.Text("messaging.operation.name", f.operation),
	}
	if f.typ != "" {
		list = append(list, otlp.Text("messaging.operation.type", f.typ))
	}
	return list
}

func (s *step) attributes() (list []otlp.Attribute) {
	switch {
	case s.id == "":
	case s.invocation.ID != (otlp.SpanID{}):
		list = append(list, otlp.Text("faas.name", s.place), otlp.Text("faas.invocation_id", s.id))
	default:
		list = append(list, otlp.Text("messaging.message.id", s.id))
	}
	if s.revision > 0 {
		list = append(list, otlp.Count(telemetry.FieldRevision, s.revision), otlp.Count("botprefs.folded_with", int64(len(s.with))))
	}
	if s.attempt > 1 {
		list = append(list, otlp.Count("botprefs.attempt", int64(s.attempt)))
	}
	return list
}

// failure is the kind of what went wrong. That of a dead letter is its code.
func (s *step) failure() string {
	switch s.kind {
	case letter:
		return s.failed
	case deliver, bus:
		return "not_delivered"
	}
	return "not_done"
}

// toSpan is the invocation as a span of a trace of its own.
func (inv *invocation) toSpan(end time.Time, failed string) otlp.Span {
	work := map[kind]kind{queue: apply, stream: republish, deliver: process}[inv.source]
	f := forms[work]
	span := otlp.Span{
		Service: inv.Function, Trace: inv.self.Trace, ID: inv.self.ID,
		Name: f.operation + " batch of " + inv.place, Kind: otlp.Consumer, Start: inv.start, End: end,
		Attributes: append(f.attributes(inv.place),
			otlp.Count("messaging.batch.message_count", int64(len(inv.Items))),
			otlp.Text("faas.name", inv.Function), otlp.Text("faas.invocation_id", inv.ID)),
		Links: inv.hops,
	}
	if failed != "" {
		span.Failed = "not_done"
		span.Attributes = append(span.Attributes, otlp.Text("error.type", "not_done"))
	}
	return span
}
