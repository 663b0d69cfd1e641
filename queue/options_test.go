package queue_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/wiretest"
	"github.com/bot-preferences/bot-preferences/producers"
	"github.com/bot-preferences/bot-preferences/queue"
)

var _ producers.Route = (*queue.Queue)(nil)

// No option makes Send panic, whatever it leaves out.
func TestOptionsThatSayNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		option   queue.Option
		requests int
	}{
		"a Retry of attempts alone": {queue.WithRetry(queue.Retry{Attempts: 3}), 3},
		"a Retry of nothing":        {queue.WithRetry(queue.Retry{}), 5},
		"a negative Retry":          {queue.WithRetry(queue.Retry{Attempts: -1, Base: -1, Cap: -1}), 5},
		"no clock":                  {queue.WithClock(nil), 5},
		"no time":                   {queue.WithRequestTimeout(-1), 5},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				w := over(t, func([]byte) (int, any, error) {
					requests++
					return 400, map[string]string{"__type": "ThrottlingException"}, nil
				})
				q := queue.New(sqs.NewFromConfig(w.Config()), queueURL, tt.option)
				err := q.Send(context.Background(), []events.Envelope{{ID: "e1"}})[0]
				if requests != tt.requests || !events.Retryable(err) {
					t.Errorf("%d requests, want %d; %v", requests, tt.requests, err)
				}
			})
		})
	}
}

// silent accepts a request and never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestSilentEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := sqs.NewFromConfig(aws.Config{
			Region: "us-east-1", HTTPClient: &http.Client{Transport: silent{}}, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		})
		for want, q := range map[time.Duration]*queue.Queue{
			queue.DefaultRequestTimeout: queue.New(client, queueURL),
			time.Second:                 queue.New(client, queueURL, queue.WithRequestTimeout(time.Second)),
		} {
			start := time.Now()
			err := q.SendBody(context.Background(), "{}")
			var failure *events.SendError
			if took := time.Since(start); took != want || !errors.As(err, &failure) || failure.Outcome != events.Uncertain {
				t.Errorf("took %s, want %s: %v", took, want, err)
			}
		}
	})
}

// One attempt, for a caller that retries by itself. What a Retry does not say stays the
// default.
func ExampleWithRetry() {
	client := sqs.NewFromConfig((&wiretest.Wire{}).Config())
	changes := queue.New(client, "https://sqs.us-east-1.amazonaws.com/123456789012/bot-preferences-dev-changes",
		queue.WithRetry(queue.Retry{Attempts: 1}),
	)
	_, _ = producers.NewPublisher("my-bot", changes)
}

// An environment variable that is not set is told at once, not by the service.
func TestNothingIsSentToNowhere(t *testing.T) {
	var failure *events.SendError
	err := queue.New(nil, "").Send(t.Context(), []events.Envelope{{Source: "bot", DetailType: "x", Detail: []byte("{}")}})[0]
	if !errors.As(err, &failure) || failure.Outcome != events.NotSent || !failure.Persistent {
		t.Errorf("%v", err)
	}
}
