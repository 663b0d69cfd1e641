package telemetry

import (
	"context"
	"log/slog"
)

// A Subject is what a log line is about. Only what is not zero is written, and ids of
// users and conversations as hashes.
type Subject struct {
	EventID        string // of the change: a ULID
	UserID         string // plain; never written
	ConversationID string // plain; never written
	Source         string // the emitting bot's name; written up to 256 bytes, EventBridge's limit
	Code           string // of a refusal
	Revision       int64  // of the profile
	TraceID        string // of the trace that the change belongs to: 32 hexadecimal digits
}

// Log writes a line about a subject to a logger, if it is enabled for the level. Only
// then it makes the hashes. extra must hold neither a value nor a user id nor a
// conversation id.
func (r *Reporter) Log(ctx context.Context, logger *slog.Logger, level slog.Level, message string, s Subject, extra ...slog.Attr) {
	if !logger.Enabled(ctx, level) {
		return
	}
	var attrs []slog.Attr
	add := func(name, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(name, value))
		}
	}
	add(FieldEvent, s.EventID)
	add(FieldUser, UserHash(r.salt(), s.UserID))
	add(FieldConversation, ConversationHash(r.salt(), s.ConversationID))
	add(FieldSource, s.Source[:min(len(s.Source), maxSource)])
	add(FieldCode, s.Code)
	add(FieldTrace, s.TraceID)
	if s.Revision != 0 {
		attrs = append(attrs, slog.Int64(FieldRevision, s.Revision))
	}
	logger.LogAttrs(ctx, level, message, append(attrs, extra...)...)
}

const maxSource = 256
