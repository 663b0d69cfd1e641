package eventbus_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/producers"
)

var _ producers.Route = (*eventbus.Bus)(nil)

// clientOver is the SDK's client with its own settings, over a transport.
func clientOver(over http.RoundTripper) *eventbridge.Client {
	return eventbridge.NewFromConfig(aws.Config{
		Region: "us-east-1", HTTPClient: &http.Client{Transport: over},
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	})
}

// What a Retry does not say is the default, and nothing that it says makes Send panic.
func TestAnyRetry(t *testing.T) {
	for name, tt := range map[string]struct {
		retry    eventbus.Retry
		requests int
	}{
		"nothing":           {eventbus.Retry{}, 5},
		"attempts alone":    {eventbus.Retry{Attempts: 3}, 3},
		"one attempt":       {eventbus.Retry{Attempts: 1}, 1},
		"the base alone":    {eventbus.Retry{Base: time.Second}, 5},
		"negative":          {eventbus.Retry{Attempts: -1, Base: -1, Cap: -1}, 5},
		"the longest waits": {eventbus.Retry{Attempts: 2, Base: 1 << 62, Cap: 1<<63 - 1}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{t: t, steps: []step{refuse(400, "ThrottlingException")}}
				eventbus.New(clientOver(w), "bus", eventbus.WithRetry(tt.retry)).Send(context.Background(), envelopes(1))
				if len(w.requests) != tt.requests {
					t.Errorf("%d requests, want %d", len(w.requests), tt.requests)
				}
			})
		})
	}
}

// An endpoint that accepts and does not answer: Send and Publish
// return although the caller set no deadline.
func TestSilentEndpoint(t *testing.T) {
	for name, tt := range map[string]struct {
		options []eventbus.Option
		want    time.Duration
	}{
		"by default":   {nil, eventbus.DefaultRequestTimeout},
		"sooner":       {[]eventbus.Option{eventbus.WithRequestTimeout(time.Second)}, time.Second},
		"not negative": {[]eventbus.Option{eventbus.WithRequestTimeout(-1)}, eventbus.DefaultRequestTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &hang{}
				p, err := producers.NewPublisher("bot", eventbus.New(clientOver(h), "bus", tt.options...))
				if err != nil {
					t.Fatal(err)
				}
				changes := make([]events.PreferenceChange, 11) // two requests
				for i := range changes {
					changes[i] = events.PreferenceChange{UserID: "u1", Replace: true}
				}
				start := time.Now()
				results, _ := p.Publish(context.Background(), changes...)
				if took := time.Since(start); took != tt.want || h.requests != 1 {
					t.Errorf("took %s and %d requests, want %s and 1", took, h.requests, tt.want)
				}
				for i, want := range map[int]events.Outcome{0: events.Uncertain, 10: events.NotSent} {
					var failure *events.SendError
					if !errors.As(results[i].Err, &failure) || failure.Outcome != want || !events.Retryable(results[i].Err) {
						t.Errorf("change %d: %v, want %s", i, results[i].Err, want)
					}
				}
			})
		})
	}
}

// What lingers for several callers has no context of theirs, and ends too.
func TestSilentEndpointOfAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := producers.Linger(eventbus.New(clientOver(&hang{}), "bus"), time.Second)
		start := time.Now()
		if got := outcomes(l.Send(context.Background(), envelopes(1))); got[0] != "uncertain" || time.Since(start) != time.Second+eventbus.DefaultRequestTimeout {
			t.Errorf("%s after %s", got, time.Since(start))
		}
	})
}

// The same over a real socket, with the SDK's own configuration, which has no timeout.
func TestSilentSocket(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // it accepts by itself, and nothing reads
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": "http://" + l.Addr().String(), "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
	} {
		t.Setenv(name, value)
	}
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	bus := eventbus.New(eventbridge.NewFromConfig(cfg), "bus", eventbus.WithRequestTimeout(50*time.Millisecond))
	ended := make(chan []error, 1)
	go func() { ended <- bus.Send(context.Background(), envelopes(1)) }()
	select {
	case errs := <-ended:
		if got := outcomes(errs); got[0] != "uncertain" || !errors.Is(errs[0], context.DeadlineExceeded) {
			t.Errorf("got %v", errs)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("Send does not return")
	}
}

// An environment variable that is not set must not lose changes: the bus called
// default takes what names no bus.
func TestNothingIsSentToNowhere(t *testing.T) {
	var failure *events.SendError
	err := eventbus.New(nil, "").Send(t.Context(), []events.Envelope{{Source: "bot", DetailType: "x", Detail: []byte("{}")}})[0]
	if !errors.As(err, &failure) || failure.Outcome != events.NotSent || !failure.Persistent {
		t.Errorf("%v", err)
	}
}
