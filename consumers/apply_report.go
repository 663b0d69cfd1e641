package consumers

import (
	"context"
	"log/slog"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
	"github.com/bot-preferences/bot-preferences/internal/tracing"
)

// A write is how a change was stored.
type write struct {
	folded   bool          // it was merged together with the message before
	retries  int32         // of the merges of its group; in the group's first message
	took     time.Duration // from its stamp until it was stored
	revision int64         // of the profile after that
}

// written notes how changes were merged that share a merge, which went well.
func (a *Apply) written(messages []*message, result *Merged) {
	now := a.now()
	for i, m := range messages {
		m.took, m.folded, m.revision = now.Sub(m.change.ID.Time()), i > 0, result.Revision
	}
}

// report writes what became of a batch.
func (a *Apply) report(ctx context.Context, messages []*message, users, failed int) {
	var b telemetry.Batch
	for _, m := range messages {
		m.count(&b)
	}
	a.tell(ctx, messages)
	if a.Telemetry == nil {
		a.logger().InfoContext(ctx, "changes applied", "messages", len(messages), "users", users, "failed", failed)
		return
	}
	a.Telemetry.Report(ctx, a.now(), "changes applied", &b,
		telemetry.Field{Name: "messages", Value: len(messages)}, telemetry.Field{Name: "users", Value: users}, telemetry.Field{Name: "failed", Value: failed})
}

// tell writes a line per change at the debug level, but for those that were refused.
func (a *Apply) tell(ctx context.Context, messages []*message) {
	if !a.logger().Enabled(ctx, slog.LevelDebug) {
		return
	}
	for _, m := range messages {
		if m.outcome != deadLettered {
			a.log(ctx, slog.LevelDebug, "change applied", m, slog.String("outcome", m.outcome.String()))
		}
	}
}

// count adds a message to the metrics of its batch. One that failed comes again: until
// then only its failure counts.
func (m *message) count(b *telemetry.Batch) {
	b.Add(telemetry.Contended, int(m.retries))
	switch m.outcome {
	case unsettled:
		b.Add(telemetry.ChangesFailed, 1)
	case merged:
		b.Settled(telemetry.Merged)
		if !m.late {
			b.Measured(telemetry.ChangeToVisible, m.took)
		}
	case duplicate:
		b.Settled(telemetry.Duplicates)
	case superseded:
		b.Settled(telemetry.Superseded)
	case deadLettered:
		b.Add(telemetry.Refused, 1)
		b.Letter(string(m.refusal.Code))
	}
	if m.folded {
		b.Add(telemetry.Folded, 1)
	}
}

// log writes a line about a message's change.
func (a *Apply) log(ctx context.Context, level slog.Level, text string, m *message, extra ...slog.Attr) {
	logger := a.logger()
	if !logger.Enabled(ctx, level) {
		return
	}
	s := telemetry.Subject{
		EventID: m.change.ID.String(), UserID: m.change.UserID, ConversationID: m.change.ConversationID, Source: m.source, Revision: m.revision,
		TraceID: tracing.TraceID(m.change.Traceparent),
	}
	a.Telemetry.Log(ctx, logger, level, text, s, extra...)
}

// code is a refusal's code as a field of a log line.
func code(r *events.Refusal) slog.Attr { return slog.String(telemetry.FieldCode, string(r.Code)) }
