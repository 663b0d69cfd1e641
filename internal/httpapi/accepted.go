package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// accepted answers for a change that was published. Where the caller waits and
// the change is reflected in time, the answer is the profile, with the keys on
// which a later change has won as superseded.
func (w *Writer) accepted(ctx context.Context, c *events.PreferenceChange, wait time.Duration) Response {
	r := Message(http.StatusAccepted, "accepted", eventID(c.ID))
	if wait == 0 {
		return r
	}
	if p, visible := w.await(ctx, c, wait); visible {
		r = profile(&p, p.Visible(), p.Superseded(c))
	}
	r.Headers["Preference-Applied"] = "wait=" + strconv.Itoa(int(wait/time.Second))
	return r
}

// notAccepted answers for a change that the route did not confirm.
func (w *Writer) notAccepted(ctx context.Context, c *events.PreferenceChange, err error) Response {
	var failure *events.SendError
	if !errors.As(err, &failure) {
		return w.refused(ctx, c, err)
	}
	w.log(ctx, slog.LevelError, "change not accepted", c,
		slog.String("outcome", failure.Outcome.String()), slog.String(telemetry.FieldCode, failure.Code), slog.Any("error", failure.Err))
	switch {
	case failure.Outcome == events.NotSent:
		return Unavailable("the event bus is not available; nothing was changed", retryAfter)
	case failure.Outcome == events.Uncertain:
		return Unavailable("it is not known whether the change was accepted; sending it again with this event_id as its id is harmless", retryAfter, eventID(c.ID))
	case aboutContent[failure.Code]:
		return Message(http.StatusBadRequest, "preferences: hold something that the event bus does not carry")
	}
	return Internal()
}

// aboutContent are the codes by which a route rejects what a valid change holds.
var aboutContent = map[string]bool{
	"MalformedDetail":        true, // EventBridge
	"InvalidMessageContents": true, // SQS
	string(events.TooLarge):  true,
}

func eventID(id events.Stamp) Member { return Member{Name: "event_id", Value: id.String()} }
