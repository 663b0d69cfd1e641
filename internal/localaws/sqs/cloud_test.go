package sqs_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// cloud is a service, the real client for it and a clock that the test sets.
type cloud struct {
	*client.Client
	service *sqs.Service
	world   *world.World
	now     time.Time
	facts   []world.Fact

	// waiting is called for a request that has to wait; the request runs again
	// afterwards. Unless replaced, it sets the clock to the end of the wait.
	waiting func(p *wire.Pending)
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}
	c.waiting = func(p *wire.Pending) { c.now = p.Until }
	c.world = &world.World{
		Region: "us-east-1", Account: "123456789012",
		Now:     func() time.Time { return c.now },
		Rand:    rand.New(rand.NewPCG(1, 2)),
		Observe: func(f world.Fact) { c.facts = append(c.facts, f) },
	}
	c.service = sqs.New(c.world)
	handler := wire.Handler(c.run, func() string { return "request" }, c.service.Wire())
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

func (c *cloud) run(_ context.Context, call wire.Call) (any, error) {
	for {
		out, err := call()
		var p *wire.Pending
		if !errors.As(err, &p) {
			return out, err
		}
		c.waiting(p)
	}
}

func (c *cloud) advance(d time.Duration) { c.now = c.now.Add(d) }

type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

// queue creates a queue through the wire and returns its URL.
func (c *cloud) queue(t *testing.T, name string, attributes map[string]string) *string {
	t.Helper()
	out, err := c.CreateQueue(t.Context(), &client.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		t.Fatalf("CreateQueue %s: %v", name, err)
	}
	return out.QueueUrl
}

func (c *cloud) send(t *testing.T, url *string, body string) string {
	t.Helper()
	out, err := c.SendMessage(t.Context(), &client.SendMessageInput{QueueUrl: url, MessageBody: &body})
	if err != nil {
		t.Fatalf("SendMessage %q: %v", body, err)
	}
	return *out.MessageId
}

// receive receives up to ten messages without waiting and returns their bodies
// and receipt handles.
func (c *cloud) receive(t *testing.T, url *string) (bodies, receipts []string) {
	t.Helper()
	out, err := c.ReceiveMessage(t.Context(), &client.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 10})
	if err != nil {
		t.Fatalf("ReceiveMessage: %v", err)
	}
	for _, m := range out.Messages {
		bodies = append(bodies, *m.Body)
		receipts = append(receipts, *m.ReceiptHandle)
	}
	return bodies, receipts
}

// wantCode fails unless err carries this code and a message with this text.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code {
		t.Errorf("got error %v, want code %s", err, code)
	}
}
