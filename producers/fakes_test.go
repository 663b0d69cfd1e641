package producers_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/producers"
)

// start is the time of all tests. Their clocks draw ones instead of randomness.
var start = time.UnixMilli(1700000000000).UTC()

func now() time.Time { return start }

type ones struct{}

func (ones) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte{1}, len(p))), nil }

// at is a stamp of a millisecond, greater than every one that a clock of these
// tests issues in it.
func at(t time.Time) events.Stamp {
	s, err := events.DeriveStamp(t, "any")
	if err != nil {
		panic(err)
	}
	s[6] = 0xFF
	return s
}

// A route keeps what it takes and fails the n-th event by errs[n].
type route struct {
	mu    sync.Mutex
	taken []events.Envelope
	errs  []error
	took  func(events.Envelope)
}

var _ producers.Route = (*route)(nil)

func (r *route) Send(_ context.Context, envelopes []events.Envelope) []error {
	r.mu.Lock()
	defer r.mu.Unlock()
	errs := make([]error, len(envelopes))
	for i, e := range envelopes {
		if i < len(r.errs) && r.errs[i] != nil {
			errs[i] = r.errs[i]
			continue
		}
		r.taken = append(r.taken, e)
		if r.took != nil {
			r.took(e)
		}
	}
	return errs
}

// changes are what the route took, read as the consumer does.
func (r *route) changes(t *testing.T) []events.PreferenceChange {
	t.Helper()
	var list []events.PreferenceChange
	for _, e := range r.taken {
		c, err := events.DecodeChange(e.AppendJSON(nil))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, c)
	}
	return list
}

// profiles are a table of one profile.
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

// fail makes every read fail, or none.
func (p *profiles) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}

var errSecret = errors.New("table secret-name")

func sendError(o events.Outcome, code string) error {
	return &events.SendError{Outcome: o, Code: code, Err: errSecret}
}

func newPublisher(t *testing.T, r producers.Route) *producers.Publisher {
	t.Helper()
	p, err := producers.NewPublisher("bot", r, producers.WithNow(now), producers.WithClock(events.NewClockOf(now, ones{})))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// request is what API Gateway makes of a call.
func request(method, userID, query, body string, headers ...string) awsevents.APIGatewayV2HTTPRequest {
	r := awsevents.APIGatewayV2HTTPRequest{RawQueryString: query, Body: body, Headers: map[string]string{}}
	r.RequestContext.HTTP.Method = method
	if userID != "" {
		r.PathParameters = map[string]string{"userId": userID}
	}
	for i := 0; i < len(headers); i += 2 {
		r.Headers[headers[i]] = headers[i+1]
	}
	return r
}
