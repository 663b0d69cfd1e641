package consumers

import (
	"context"
	"log/slog"
	"slices"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
	"github.com/bot-preferences/bot-preferences/internal/tracing"
)

// report writes what became of a batch of the stream.
func (r *Republish) report(ctx context.Context, records, failed int, folds []*recordFold) {
	var b telemetry.Batch
	for _, f := range folds {
		r.count(&b, f)
		if f.outcome == announced {
			r.log(ctx, slog.LevelDebug, "revision announced", f)
		}
	}
	if r.Telemetry == nil {
		r.logger().InfoContext(ctx, "revisions announced", "records", records, "folds", len(folds), "failed", failed)
		return
	}
	r.Telemetry.Report(ctx, r.now(), "revisions announced", &b,
		telemetry.Field{Name: "records", Value: records}, telemetry.Field{Name: "folds", Value: len(folds)}, telemetry.Field{Name: "failed", Value: failed})
}

// count adds a fold to the metrics of its batch. A batch that is retried announces and
// counts some of its folds again.
func (r *Republish) count(b *telemetry.Batch, f *recordFold) {
	switch f.outcome {
	case unsettled:
		b.Add(telemetry.AnnouncementsFailed, 1)
	case deadLettered:
		b.Letter(string(f.refusal.Code))
	case announced:
		b.Add(telemetry.Announced, 1)
		late := r.late(f)
		for _, s := range f.causes {
			if !slices.Contains(late, s) {
				b.Measured(telemetry.ChangeToAnnounced, f.taken.Sub(s.Time()))
			}
		}
	}
}

// late are the changes of a fold whose delay is not measured.
func (r *Republish) late(f *recordFold) (stamps []events.Stamp) {
	if r.Images.Late == nil {
		return nil
	}
	for i := range f.records {
		stamps = append(stamps, r.Images.Late(f.records[i].NewImage)...)
	}
	return stamps
}

// log writes a line about a fold for each change that it announces, or one line where
// these are not known.
func (r *Republish) log(ctx context.Context, level slog.Level, text string, f *recordFold, extra ...slog.Attr) {
	logger := r.logger()
	if !logger.Enabled(ctx, level) {
		return
	}
	extra = append(extra, slog.String("sequence_number", f.lowest()))
	s := telemetry.Subject{UserID: f.user, Revision: f.revision, TraceID: tracing.TraceID(f.traceparent)}
	if len(f.causes) == 0 {
		r.Telemetry.Log(ctx, logger, level, text, s, extra...)
	}
	for _, cause := range f.causes {
		s.EventID = cause.String()
		r.Telemetry.Log(ctx, logger, level, text, s, extra...)
	}
}
