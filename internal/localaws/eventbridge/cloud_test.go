package eventbridge_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

const queueARN = "arn:aws:sqs:us-east-1:123456789012:"

// cloud is a service, the real client for it, a clock that the test sets, and queues
// that accept or refuse deliveries as the test says.
type cloud struct {
	*client.Client
	service *eventbridge.Service
	now     time.Time
	queues  map[string]*queue // by name; others do not exist
	facts   []world.Fact
}

// queue is a target that keeps what it accepted, and fails while err is set.
type queue struct {
	err   error
	taken []eventbridge.Delivery
}

func (q *queue) Deliver(d eventbridge.Delivery) error {
	if q.err == nil {
		q.taken = append(q.taken, d)
	}
	return q.err
}

func newCloud(t *testing.T, queues ...string) *cloud {
	t.Helper()
	c := &cloud{now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), queues: map[string]*queue{}}
	for _, name := range queues {
		c.queues[name] = &queue{}
	}
	w := &world.World{
		Region: "us-east-1", Account: "123456789012",
		Now:     func() time.Time { return c.now },
		Rand:    rand.New(rand.NewPCG(1, 2)),
		Observe: func(f world.Fact) { c.facts = append(c.facts, f) },
	}
	c.service = eventbridge.New(w, func(arn string) (eventbridge.Target, bool) {
		q, ok := c.queues[strings.TrimPrefix(arn, queueARN)]
		return q, ok
	})
	run := func(_ context.Context, call wire.Call) (any, error) { return call() }
	handler := wire.Handler(run, func() string { return "request" }, c.service.Wire())
	c.Client = client.NewFromConfig(aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: aws.String("http://127.0.0.1:4566"),
		HTTPClient:   &http.Client{Transport: inProcess{handler}},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} },
	})
	return c
}

type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

// rule makes a rule on the bus "default" with targets.
func (c *cloud) rule(t *testing.T, name, pattern string, targets ...eventbridge.TargetConfig) {
	t.Helper()
	if err := c.service.PutRule("", name, pattern); err != nil {
		t.Fatal(err)
	}
	for _, target := range targets {
		if err := c.service.PutTarget("", name, target); err != nil {
			t.Fatal(err)
		}
	}
}

// put publishes one event of source "bot", type "Said" through the client.
func (c *cloud) put(t *testing.T, detail string) {
	t.Helper()
	out, err := c.PutEvents(t.Context(), &client.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		{Source: aws.String("bot"), DetailType: aws.String("Said"), Detail: &detail},
	}})
	if err != nil || out.FailedEntryCount != 0 {
		t.Fatalf("PutEvents: %+v, %v", out, err)
	}
}

// deliverDue attempts everything that is due now, once.
func (c *cloud) deliverDue() {
	for _, d := range c.service.Pending() {
		if !d.Due.After(c.now) {
			c.service.Deliver(d)
		}
	}
}

// deliverAll advances the clock until nothing is pending.
func (c *cloud) deliverAll() {
	for at, ok := c.service.Wake(); ok; at, ok = c.service.Wake() {
		c.now = at
		c.deliverDue()
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code {
		t.Errorf("got error %v, want code %s", err, code)
	}
}

// factsOf picks the facts of one type.
func factsOf[T any](c *cloud) []T {
	var list []T
	for _, f := range c.facts {
		if fact, ok := f.(T); ok {
			list = append(list, fact)
		}
	}
	return list
}
