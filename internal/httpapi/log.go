package httpapi

import (
	"context"
	"errors"
	"log/slog"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
	"github.com/bot-preferences/bot-preferences/internal/tracing"
)

// refused answers for a request that is refused, and logs why.
func refused(ctx context.Context, logger *slog.Logger, t *telemetry.Reporter, s telemetry.Subject, err error) Response {
	var r *events.Refusal
	if errors.As(err, &r) {
		s.Code = string(r.Code)
		t.Log(ctx, logger, slog.LevelWarn, "request refused", s, slog.String("field", r.LogField()))
	} else {
		t.Log(ctx, logger, slog.LevelError, "request failed", s, slog.Any("error", err))
	}
	return Refused(err)
}

// refused answers for a write that is refused. c is what is known of it.
func (w *Writer) refused(ctx context.Context, c *events.PreferenceChange, err error) Response {
	return refused(ctx, w.logger(), w.Telemetry, w.subject(c), err)
}

// log writes a line about a change.
func (w *Writer) log(ctx context.Context, level slog.Level, text string, c *events.PreferenceChange, extra ...slog.Attr) {
	w.Telemetry.Log(ctx, w.logger(), level, text, w.subject(c), extra...)
}

func (w *Writer) subject(c *events.PreferenceChange) telemetry.Subject {
	return telemetry.Subject{EventID: c.ID.String(), UserID: c.UserID, ConversationID: c.ConversationID, Source: w.Source, TraceID: tracing.TraceID(c.Traceparent)}
}
