package httpapi

import (
	"context"
	"log/slog"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/handler"
	"github.com/bot-preferences/bot-preferences/internal/pause"
)

// A Writer answers the writing routes by publishing changes. Its methods are
// Lambda handlers. They never return an error, because API Gateway would answer
// it with a 500 without a message. Safe for concurrent use.
//
// Every write is accepted (202 with its event_id) before it is applied, unless
// the caller waits for it with Prefer: wait=N.
type Writer struct {
	// Publish sends one change and returns its id: its own, or the one that it
	// was given. The error is a *events.Refusal where the change breaks a rule,
	// else a *events.SendError.
	Publish func(ctx context.Context, c events.PreferenceChange) (events.Stamp, error)

	// Observe makes every id that Publish gives from now on greater than asOf.
	Observe func(asOf events.Stamp)

	// Read returns what the pipeline keeps of a user. A user without a profile
	// has Revision 0 and is no error. Reads should be strongly consistent: an
	// erasure counts as later than what Read returned.
	Read ReadFunc

	Now    func() time.Time                                 // default time.Now
	Sleep  func(ctx context.Context, d time.Duration) error // default: waits until d is over or ctx is done
	Logger *slog.Logger                                     // default slog.Default; never given preferences or user ids
}

// publish carries out one write that was read from r.
func (w *Writer) publish(ctx context.Context, r *Request, c events.PreferenceChange) Response {
	ctx, cancel := handler.WithHeadroom(ctx)
	defer cancel()
	if c.Replace && c.ID.IsZero() { // a caller's own id is the caller's to choose
		if failure := w.observe(ctx, c.UserID); failure != nil {
			return *failure
		}
	}
	id, err := w.Publish(ctx, c)
	c.ID = id
	if err != nil {
		return w.notAccepted(ctx, c.ID, err)
	}
	w.logger().InfoContext(ctx, "accepted", "event_id", c.ID.String(), "replace", c.Replace)
	return w.accepted(ctx, &c, waitTime(Header(r, "Prefer")))
}

// maxSeenAhead is how far ahead of this clock a profile's as_of may be. It is
// twice what apply takes, because this clock may be behind too. A greater stamp
// is no clock's mistake; to observe it would spoil the ids of every other user.
const maxSeenAhead = 2 * events.MaxAhead

// observe makes the next id greater than all that is visible of a user, even
// where this clock is behind, so that an erasure covers it. A nil failure means
// that it does.
func (w *Writer) observe(ctx context.Context, userID string) (failure *Response) {
	seen, err := w.Read(ctx, userID)
	if err != nil {
		w.logger().ErrorContext(ctx, "the profile cannot be read; nothing was sent", "error", err)
		r := readFailed(err, "the profile cannot be read now; nothing was changed")
		return &r
	}
	asOf := seen.AsOf()
	if ahead := asOf.Time().Sub(w.now()); ahead > maxSeenAhead {
		w.logger().ErrorContext(ctx, "the profile has a stamp of the future; nothing was sent", "as_of", asOf.String(), "ahead", ahead.String())
		r := Internal()
		return &r
	}
	w.Observe(asOf)
	return nil
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

func (w *Writer) logger() *slog.Logger {
	if w.Logger != nil {
		return w.Logger
	}
	return slog.Default()
}
