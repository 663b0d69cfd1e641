package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/handler"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// retryAfter is how long a caller is told to wait where the store or the bus is
// unavailable: both were tried for longer than most throttling lasts.
const retryAfter = time.Second

// A ReadFunc returns what is stored of a user; Revision 0 means that nothing
// ever was. An error after which trying again may help has a method
// Unavailable() bool that returns true.
type ReadFunc func(ctx context.Context, userID string) (events.Profile, error)

// A Reader answers GET /preferences/{userId} and GET /preferences?user_id=, with
// an optional keys=a,b.
//
//	200  the visible profile, or those of the keys that it has; ETag: "<revision>"
//	304  If-None-Match names the revision
//	400  a bad user id or key, or If-Match
//	404  nothing is visible; with as_of and revision where the item exists
//	503  the store is unavailable; with Retry-After
//	500  the store refuses, or the stored profile cannot be read
type Reader struct {
	Read   ReadFunc
	Logger *slog.Logger // default slog.Default

	Telemetry *telemetry.Reporter // hashes ids for log lines; nil: without a salt
}

// Get is the Lambda handler. The error is always nil.
func (g *Reader) Get(ctx context.Context, r Request) (Response, error) {
	if r.RequestContext.HTTP.Method != http.MethodGet {
		return MethodNotAllowed(http.MethodGet), nil
	}
	userID, keys, err := parseGet(&r)
	if err != nil {
		return refused(ctx, g.logger(), g.Telemetry, telemetry.Subject{UserID: userID}, err), nil
	}
	ctx, cancel := handler.WithHeadroom(ctx)
	defer cancel()
	p, err := g.Read(ctx, userID)
	if err != nil {
		g.Telemetry.Log(ctx, g.logger(), slog.LevelError, "profile not read", telemetry.Subject{UserID: userID}, slog.Any("error", err))
		return readFailed(err, "the profile store is unavailable"), nil
	}
	g.Telemetry.Log(ctx, g.logger(), slog.LevelDebug, "profile read", telemetry.Subject{UserID: userID, Revision: p.Revision})
	return shown(&r, &p, keys), nil
}

// parseGet is the user and the keys that a request names. nil keys mean all.
func parseGet(r *Request) (userID string, keys []string, err error) {
	query, err := conditionFree(r)
	if err != nil {
		return "", nil, err
	}
	if userID, err = UserID(r, query); err != nil {
		return "", nil, err
	}
	keys, err = query.Keys()
	return userID, keys, err // the user is known, also where a key is refused
}

// shown answers with those keys of a profile that are visible.
func shown(r *Request, p *events.Profile, keys []string) Response {
	visible := p.Visible()
	switch {
	case len(visible) == 0:
		return NotFound(p)
	case Unmodified(r, p.Revision):
		return NotModified(p.Revision)
	case keys == nil:
		return Profile(p, visible)
	}
	chosen := events.Preferences{}
	for _, key := range keys {
		if value, ok := visible[key]; ok {
			chosen[key] = value
		}
	}
	return Profile(p, chosen)
}

// readFailed answers for a profile that could not be read: 503 with the text
// where trying again may help, else 500.
func readFailed(err error, unavailable string) Response {
	var store interface{ Unavailable() bool }
	if errors.As(err, &store) && store.Unavailable() {
		return Unavailable(unavailable, retryAfter)
	}
	return Internal()
}

func (g *Reader) logger() *slog.Logger {
	if g.Logger != nil {
		return g.Logger
	}
	return slog.Default()
}
