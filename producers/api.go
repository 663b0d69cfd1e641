package producers

import (
	"context"
	"errors"
	"log/slog"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
)

// Profiles reads what the pipeline keeps of a user. A user that was never heard
// of has Revision 0 and is no error. Reads should be strongly consistent: an
// erasure counts as later than what Read returned. An error after which trying
// again may help has a method Unavailable() bool that returns true.
type Profiles interface {
	Read(ctx context.Context, userID string) (events.Profile, error)
}

// An API answers the writing routes of the HTTP API by publishing. Its methods
// are Lambda handlers for API Gateway's payload format 2.0; they never return an
// error, for API Gateway would turn that into a 500 without a message. Safe for
// concurrent use.
//
// Every write is accepted (202 with its event_id) before it is applied, unless
// the caller waits for it with Prefer: wait=N.
type API struct {
	publisher *Publisher
	profiles  Profiles
	log       *slog.Logger
	sleep     func(ctx context.Context, d time.Duration) error
}

// An APIOption changes an API at its construction.
type APIOption func(*API)

// WithLogger sets the logger; by default nothing is logged. Neither preferences
// nor user ids are ever logged.
func WithLogger(l *slog.Logger) APIOption { return func(a *API) { a.log = l } }

// WithSleep sets how the API waits between two looks at a profile. sleep
// returns an error as soon as ctx is done.
func WithSleep(sleep func(ctx context.Context, d time.Duration) error) APIOption {
	return func(a *API) { a.sleep = sleep }
}

// NewAPI makes an API.
func NewAPI(p *Publisher, profiles Profiles, options ...APIOption) *API {
	a := &API{publisher: p, profiles: profiles, log: slog.New(slog.DiscardHandler), sleep: sleep}
	for _, o := range options {
		o(a)
	}
	return a
}

// publish carries out one write that was read from r.
func (a *API) publish(ctx context.Context, r *awsevents.APIGatewayV2HTTPRequest, c events.PreferenceChange) awsevents.APIGatewayV2HTTPResponse {
	ctx, cancel := inTime(ctx)
	defer cancel()
	if c.Replace && c.ID.IsZero() { // a caller's own id is the caller's to choose
		if failure := a.observe(ctx, c.UserID); failure != nil {
			return *failure
		}
	}
	results, _ := a.publisher.Publish(ctx, c)
	c.ID = results[0].ID
	if err := results[0].Err; err != nil {
		return a.notAccepted(ctx, c.ID, err)
	}
	a.log.InfoContext(ctx, "accepted", "event_id", c.ID.String(), "replace", c.Replace)
	return a.answer(ctx, &c, waitOf(httpapi.Header(r, "Prefer")))
}

// maxSeenAhead is how far ahead of this clock a profile's as_of may be: as far as
// apply takes it, and as much again for a clock that is behind. No clock explains
// more, and a clock that observed it would spoil the stamps of every other user.
const maxSeenAhead = 2 * events.MaxAhead

// observe makes the next id greater than all that is visible of a user, even
// where this clock is behind, so that an erasure covers it. nil: it does.
func (a *API) observe(ctx context.Context, userID string) (failure *awsevents.APIGatewayV2HTTPResponse) {
	seen, err := a.profiles.Read(ctx, userID)
	if err != nil {
		a.log.ErrorContext(ctx, "the profile cannot be read; nothing was sent", "error", err)
		r := httpapi.Internal()
		var store interface{ Unavailable() bool }
		if errors.As(err, &store) && store.Unavailable() {
			r = httpapi.Unavailable("the profile cannot be read now; nothing was changed", retryAfter)
		}
		return &r
	}
	asOf := seen.AsOf()
	if ahead := asOf.Time().Sub(a.publisher.now()); ahead > maxSeenAhead {
		a.log.ErrorContext(ctx, "the profile has a stamp of the future; nothing was sent", "as_of", asOf.String(), "ahead", ahead.String())
		r := httpapi.Internal()
		return &r
	}
	a.publisher.Observe(asOf)
	return nil
}
