package httpapi

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/handler"
	"github.com/bot-preferences/bot-preferences/internal/history"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// A ChangeReader answers GET /changes/{eventId}, where a history is kept.
//
//	200  the change, and what became of each of its keys
//	400  the id is neither a ULID nor a UUID of version 7
//	404  no such change is kept
//	503  the store is unavailable; with Retry-After
//	500  the store refuses, or something stored cannot be read
type ChangeReader struct {
	// Find is the user of a change, by its id.
	Find func(ctx context.Context, id events.Stamp) (userID string, found bool, err error)
	// History is what is kept of a user.
	History func(ctx context.Context, userID string) (history.User, error)
	// Read is what is stored of the user: what the history lacks, it has.
	Read ReadFunc

	Logger    *slog.Logger        // default slog.Default
	Telemetry *telemetry.Reporter // hashes ids for log lines; nil: without a salt
}

// Get is the Lambda handler. The error is always nil.
func (g *ChangeReader) Get(ctx context.Context, r Request) (Response, error) {
	if r.RequestContext.HTTP.Method != http.MethodGet {
		return MethodNotAllowed(http.MethodGet), nil
	}
	id, err := events.ParseID(r.PathParameters["eventId"])
	if err != nil || id.IsZero() {
		return refused(ctx, g.logger(), g.Telemetry, telemetry.Subject{}, refuse("event_id", "must be a ULID or a UUID of version 7")), nil
	}
	ctx, cancel := handler.WithHeadroom(ctx)
	defer cancel()
	answer, err := g.answer(ctx, id)
	if err != nil {
		g.Telemetry.Log(ctx, g.logger(), slog.LevelError, "change not read", telemetry.Subject{EventID: id.String()}, slog.Any("error", err))
		return readFailed(err, "the history is unavailable"), nil
	}
	g.Telemetry.Log(ctx, g.logger(), slog.LevelDebug, "change read", telemetry.Subject{EventID: id.String()}, slog.Int("status", answer.StatusCode))
	return answer, nil
}

// answer reads the history before the profile: whatever the history has and the profile
// lacks is then really missing, or on its way.
func (g *ChangeReader) answer(ctx context.Context, id events.Stamp) (Response, error) {
	userID, found, err := g.Find(ctx, id)
	if err != nil {
		return Response{}, err
	}
	if !found {
		return unknownChange(), nil
	}
	user, err := g.History(ctx, userID)
	if err != nil {
		return Response{}, err
	}
	profile, err := g.Read(ctx, userID)
	if err != nil {
		return Response{}, err
	}
	judge := user.Judge(&profile)
	if j, accepted := judge.Change(id); accepted {
		return JSON(http.StatusOK, j.AppendJSON(nil, userID)), nil
	}
	for _, refused := range judge.Refusals() {
		if refused.HasID && refused.At == id {
			return JSON(http.StatusOK, refused.AppendJSON(nil, userID)), nil
		}
	}
	return unknownChange(), nil // it has expired
}

func unknownChange() Response {
	return Message(http.StatusNotFound, "no change of this id is kept: it did not come over the bus, its user could not be read, it is older than 30 days, or it has only just come")
}

func (g *ChangeReader) logger() *slog.Logger {
	if g.Logger != nil {
		return g.Logger
	}
	return slog.Default()
}
