package cost

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/producers"
)

// linger is how long the lingering publisher may hold a message back.
const linger = 100 * time.Millisecond

// A publisher publishes changes into a design. It keeps the first error.
type publisher struct {
	cloud  *virtual.Cloud
	offer  func(events.PreferenceChange)
	held   []events.PreferenceChange // changes that the lingering publisher holds back
	opened int                       // batches that were begun so far
	err    error
}

func (r *run) publisher() (*publisher, error) {
	p := &publisher{cloud: r.cloud}
	var route producers.Route = r.cloud.Bus()
	if r.design.Way == OverQueue || r.design.Way == Lingering {
		route = r.cloud.Queue()
	}
	once := producers.WithRetry(events.Retry{Attempts: 1}) // as the update function has it
	sends, err := producers.NewPublisher("bot", route, producers.WithStampClock(r.cloud.Stamps()), producers.WithClock(r.cloud.Now), once)
	if err != nil {
		return nil, err
	}
	send := func(changes ...events.PreferenceChange) {
		_, err := sends.Publish(context.Background(), changes...)
		p.failed(err)
	}
	switch r.design.Way {
	case Lingering:
		p.offer = func(c events.PreferenceChange) { p.hold(c, send) }
	case OverHTTP:
		api := &httpapi.Writer{
			Publish: func(ctx context.Context, c events.PreferenceChange) error {
				_, err := sends.PublishOne(ctx, c)
				return err
			},
			Clock: r.cloud.Stamps(), Read: r.cloud.Store().Read,
			Now: r.cloud.Now, Sleep: r.cloud.Sleep, Logger: slog.New(slog.DiscardHandler),
		}
		p.offer = func(c events.PreferenceChange) { p.serve(virtual.Update, c, virtual.JSON(api.Update)) }
	case OverService:
		write := virtual.JSON(service{r.cloud.DynamoDB(), r.cloud.Table()}.update)
		p.offer = func(c events.PreferenceChange) { p.serve(virtual.Update, c, write) }
	default:
		p.offer = func(c events.PreferenceChange) { send(c) }
	}
	return p, nil
}

func (p *publisher) failed(err error) {
	if p.err == nil {
		p.err = err
	}
}

// hold does in virtual time what producers.Linger does: the first message of a batch
// starts the wait, and the tenth ends it at once.
func (p *publisher) hold(c events.PreferenceChange, send func(...events.PreferenceChange)) {
	p.held = append(p.held, c)
	dispatch := func() {
		send(p.held...)
		p.held = nil
		p.opened++
	}
	switch len(p.held) {
	case producers.LingerEntries:
		dispatch()
	case 1:
		batch := p.opened
		p.cloud.At(p.cloud.Now().Add(linger), func() {
			if p.opened == batch {
				dispatch()
			}
		})
	}
}

// serve lets a function handle a change as a merge patch.
func (p *publisher) serve(function string, c events.PreferenceChange, handle virtual.Handler) {
	body, err := json.Marshal(c.Preferences)
	p.failed(err)
	request := awsevents.APIGatewayV2HTTPRequest{
		RouteKey: "PATCH /preferences/{userId}", RawPath: "/preferences/" + c.UserID,
		PathParameters: map[string]string{"userId": c.UserID}, Body: string(body),
		Headers: map[string]string{"content-type": "application/json"},
	}
	request.RequestContext.HTTP.Method = "PATCH"
	text, err := json.Marshal(request)
	p.failed(err)
	_, err = p.cloud.Serve(function, text, handle)
	p.failed(err)
}
