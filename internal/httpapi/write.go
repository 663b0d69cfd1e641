package httpapi

import (
	"context"
	"log/slog"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/handler"
	"github.com/bot-preferences/bot-preferences/internal/pause"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
	"github.com/bot-preferences/bot-preferences/internal/tracing"
)

// A Writer answers the writing routes by publishing changes. Its methods are
// Lambda handlers. They never return an error, because API Gateway would answer
// it with a 500 without a message. Safe for concurrent use.
//
// Every write reads the profile first, so that it counts as later than what is
// stored, and so that a change that cannot fit is refused at once. It is
// accepted (202 with its event_id) before it is applied, unless the caller waits
// for it with Prefer: wait=N.
type Writer struct {
	// Publish sends one change that has an id. The error is a *events.Refusal
	// where the change breaks a rule, else a *events.SendError.
	Publish func(ctx context.Context, c events.PreferenceChange) error

	// Read returns what the pipeline keeps of a user. A user without a profile
	// has Revision 0 and is no error. Reads should be strongly consistent: a
	// write counts as later than what Read returned.
	Read ReadFunc

	Clock  *events.Clock                                    // gives the ids; default: one of the process
	Now    func() time.Time                                 // default time.Now
	Sleep  func(ctx context.Context, d time.Duration) error // default: waits until d is over or ctx is done
	Logger *slog.Logger                                     // default slog.Default; never given preferences or user ids

	Source    string              // the source of what Publish sends, for log lines
	Telemetry *telemetry.Reporter // hashes ids for log lines; nil: without a salt
}

// publish carries out one write that was read from r.
func (w *Writer) publish(ctx context.Context, r *Request, c events.PreferenceChange) Response {
	ctx, cancel := handler.WithHeadroom(ctx)
	defer cancel()
	seen, err := w.Read(ctx, c.UserID)
	if err != nil {
		w.log(ctx, slog.LevelError, "the profile cannot be read; nothing was sent", &c, slog.Any("error", err))
		return readFailed(err, "the profile cannot be read now; nothing was changed")
	}
	if c.ID.IsZero() { // a caller's own id is the caller's to choose
		if c.ID, err = w.stamp(&seen, &c); err != nil {
			return w.refused(ctx, &c, err)
		}
	}
	c.Traceparent = trace(ctx, r, &c)
	if err := seen.CheckFit(events.Fold(c), w.now()); err != nil {
		return w.refused(ctx, &c, err)
	}
	if err := w.Publish(ctx, c); err != nil {
		return w.notAccepted(ctx, &c, err)
	}
	w.log(ctx, slog.LevelDebug, "change accepted", &c, slog.Bool("replace", c.Replace))
	return w.accepted(ctx, &c, waitTime(Header(r, "Prefer")))
}

// trace is the one that a write belongs to: the change's own, or that of its
// request where the change stays valid with it. Empty: none.
func trace(ctx context.Context, r *Request, c *events.PreferenceChange) string {
	if c.Traceparent != "" {
		return c.Traceparent
	}
	traced := *c
	traced.Traceparent = tracing.OfRequest(ctx, func(name string) string { return Header(r, name) })
	if traced.Traceparent == "" || traced.Validate() != nil {
		return ""
	}
	return traced.Traceparent
}

func (w *Writer) now() time.Time {
	if w.Now != nil {
		return w.Now()
	}
	return time.Now()
}

func (w *Writer) sleep(ctx context.Context, d time.Duration) error {
	if w.Sleep != nil {
		return w.Sleep(ctx, d)
	}
	return pause.For(ctx, d)
}

func (w *Writer) clock() *events.Clock {
	if w.Clock != nil {
		return w.Clock
	}
	return processClock
}

var processClock = events.NewClock()

func (w *Writer) logger() *slog.Logger {
	if w.Logger != nil {
		return w.Logger
	}
	return slog.Default()
}
