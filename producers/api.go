package producers

import (
	"context"
	"log/slog"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
)

// Profiles reads what the pipeline keeps of a user. A user that was never heard
// of has Revision 0 and is no error. Reads should be strongly consistent: an
// erasure counts as later than what Read returned.
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
	if c.Replace && c.ID.IsZero() {
		// So that the erasure covers what is visible now, even where this clock
		// is behind. A caller's own id is the caller's to choose.
		now, err := a.profiles.Read(ctx, c.UserID)
		if err != nil {
			a.log.ErrorContext(ctx, "the profile cannot be read; nothing was sent", "error", err)
			return httpapi.Unavailable("the profile cannot be read now; nothing was changed", retryAfter)
		}
		a.publisher.Observe(now.AsOf())
	}
	results, _ := a.publisher.Publish(ctx, c)
	c.ID = results[0].ID
	if err := results[0].Err; err != nil {
		return a.notAccepted(ctx, c.ID, err)
	}
	a.log.InfoContext(ctx, "accepted", "event_id", c.ID.String(), "replace", c.Replace)
	return a.answer(ctx, &c, waitOf(httpapi.Header(r, "Prefer")))
}
