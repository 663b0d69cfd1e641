package queues

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"time"

	client "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// handClock is a clock that only until turns.
type handClock struct{ at time.Time }

func (c *handClock) now() time.Time { return c.at }

func (c *handClock) until(_ context.Context, t time.Time) error {
	c.at = t
	return nil
}

// local is a player on a localaws of its own. change, if given, comes between
// the two.
func local(ctx context.Context, seed uint64, change func(http.RoundTripper) http.RoundTripper) *player {
	clock := &handClock{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	service := sqs.New(&world.World{
		Region: peers.Region, Account: peers.Account, Now: clock.now, Rand: rand.New(rand.NewPCG(seed, 1)),
	})
	service.BaseURL(localURL)
	// No request of a history waits, so a call is run once.
	run := func(_ context.Context, c wire.Call) (any, error) { return c() }
	var transport http.RoundTripper = inProcess{wire.Handler(run, func() string { return "" }, service.Wire())}
	if change != nil {
		transport = change(transport)
	}
	cfg := peers.Config(localURL)
	cfg.HTTPClient = &http.Client{Transport: transport}
	return &player{Client: client.NewFromConfig(cfg), ctx: ctx, clock: clock}
}

const localURL = "http://localaws.test"

// inProcess hands requests to a handler without a network.
type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

// wallClock is the time that everybody has.
type wallClock struct{}

func (wallClock) now() time.Time { return time.Now() }

func (wallClock) until(ctx context.Context, t time.Time) error {
	select {
	case <-time.After(time.Until(t)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
