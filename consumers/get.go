package consumers

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
)

// retryAfter is what a reader is asked to wait when the store is unavailable.
const retryAfter = time.Second

// Get answers GET /preferences/{userId} and GET /preferences?user_id=, with an
// optional keys=a,b.
//
//	200  the visible profile, or those of the keys that it has; ETag: "<revision>"
//	304  If-None-Match names the revision
//	400  a bad user id or key, or If-Match
//	404  nothing is visible; with as_of and revision where the item exists
//	503  the store is unavailable; with Retry-After
//	500  the store refuses, or the stored profile cannot be read
type Get struct {
	// Read returns what is stored of a user; Revision 0: nothing ever was. An
	// error after which trying again may help has a method Unavailable() bool
	// that returns true.
	Read func(ctx context.Context, userID string) (events.Profile, error)

	Log *slog.Logger // default slog.Default
}

// Handle is the Lambda handler. The error is always nil.
func (g *Get) Handle(ctx context.Context, r httpapi.Request) (httpapi.Response, error) {
	if r.RequestContext.HTTP.Method != http.MethodGet {
		return httpapi.MethodNotAllowed(http.MethodGet), nil
	}
	userID, keys, err := asked(&r)
	if err != nil {
		return httpapi.Refused(err), nil
	}
	ctx, cancel := earlier(ctx, headroom)
	defer cancel()
	p, err := g.Read(ctx, userID)
	if err != nil {
		return g.failed(err), nil
	}
	return answer(&r, &p, keys), nil
}

// asked is what a request asks for. nil keys: all.
func asked(r *httpapi.Request) (userID string, keys []string, err error) {
	if err := httpapi.RefuseIfMatch(r); err != nil {
		return "", nil, err
	}
	query, err := httpapi.ParseQuery(r.RawQueryString)
	if err != nil {
		return "", nil, err
	}
	if userID, err = httpapi.UserID(r, query); err != nil {
		return "", nil, err
	}
	keys, err = query.Keys()
	return userID, keys, err
}

func answer(r *httpapi.Request, p *events.Profile, keys []string) httpapi.Response {
	visible := p.Visible()
	switch {
	case len(visible) == 0:
		return httpapi.NotFound(p)
	case httpapi.Unmodified(r, p.Revision):
		return httpapi.NotModified(p.Revision)
	case keys == nil:
		return httpapi.Profile(p, visible)
	}
	shown := events.Preferences{}
	for _, key := range keys {
		if value, ok := visible[key]; ok {
			shown[key] = value
		}
	}
	return httpapi.Profile(p, shown)
}

func (g *Get) failed(err error) httpapi.Response {
	log := g.Log
	if log == nil {
		log = slog.Default()
	}
	log.Error("profile not read", "error", err)
	var store interface{ Unavailable() bool }
	if errors.As(err, &store) && store.Unavailable() {
		return httpapi.Unavailable("the profile store is unavailable", retryAfter)
	}
	return httpapi.Internal()
}
