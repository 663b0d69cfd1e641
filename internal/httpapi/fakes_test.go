package httpapi_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/bot-preferences/bot-preferences/internal/lab/routetest"
	"github.com/bot-preferences/bot-preferences/producers"
)

var (
	start = routetest.Start
	quiet = slog.New(slog.DiscardHandler)
)

// profiles is a table of one profile.
type profiles struct {
	mu      sync.Mutex
	profile events.Profile
	err     error
	reads   int
}

func (p *profiles) Read(_ context.Context, userID string) (events.Profile, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reads++
	if p.err != nil {
		return events.Profile{}, p.err
	}
	out := p.profile
	out.UserID, out.State = userID, p.profile.State.Clone()
	return out, nil
}

// apply merges a change as the pipeline does.
func (p *profiles) apply(c *events.PreferenceChange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.profile.Apply(c)
	p.profile.Revision++
	p.profile.UpdatedAt = start
}

// fail makes every read fail with err; nil ends that.
func (p *profiles) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}

// newWriter writes through a route and reads one profile.
func newWriter(t *testing.T, route producers.Route, p *profiles) *httpapi.Writer {
	t.Helper()
	publisher := routetest.NewPublisher(t, route)
	publish := func(ctx context.Context, c events.PreferenceChange) error {
		_, err := publisher.PublishOne(ctx, c)
		return err
	}
	return &httpapi.Writer{Publish: publish, Clock: routetest.NewClock(), Read: p.Read, Now: routetest.Now, Logger: quiet}
}

// request is the event that API Gateway makes of a call.
func request(method, userID, query, body string, headers ...string) httpapi.Request {
	r := httpapi.Request{RawQueryString: query, Body: body, Headers: map[string]string{}}
	r.RequestContext.HTTP.Method = method
	if userID != "" {
		r.PathParameters = map[string]string{"userId": userID}
	}
	for i := 0; i < len(headers); i += 2 {
		r.Headers[headers[i]] = headers[i+1]
	}
	return r
}

// An unavailable error tells whether trying again may help.
type unavailable bool

func (unavailable) Error() string       { return "table arn:secret-name" }
func (u unavailable) Unavailable() bool { return bool(u) }
