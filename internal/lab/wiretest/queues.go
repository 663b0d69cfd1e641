package wiretest

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// Queues are the queues of localaws behind the SDK's client. The test sets the clock;
// a long poll moves it to the poll's end.
type Queues struct {
	Now    time.Time
	Client *client.Client
	queues map[string]*sqs.Queue
}

// NewQueues makes standard queues with these names.
func NewQueues(t testing.TB, names ...string) *Queues {
	t.Helper()
	q := &Queues{Now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), queues: map[string]*sqs.Queue{}}
	service := sqs.New(&world.World{
		Region: "us-east-1", Account: "123456789012", Rand: rand.New(rand.NewPCG(1, 2)),
		Now: q.Clock,
	})
	for _, name := range names {
		made, err := service.CreateQueue(name, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		q.queues[name] = made
	}
	q.Client = client.NewFromConfig(aws.Config{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		HTTPClient: &http.Client{Transport: inProcess{wire.Handler(q.run, func() string { return "request" }, service.Wire())}},
	})
	return q
}

// Clock is the clock of the queues.
func (q *Queues) Clock() time.Time { return q.Now }

// URL is a queue's URL.
func (q *Queues) URL(name string) string { return q.queues[name].URL() }

// Messages are the messages in a queue, hidden ones included.
func (q *Queues) Messages(name string) []sqs.Message { return q.queues[name].Messages() }

// run moves the clock to the end of a long poll.
func (q *Queues) run(_ context.Context, call wire.Call) (any, error) {
	for {
		out, err := call()
		var p *wire.Pending
		if !errors.As(err, &p) {
			return out, err
		}
		q.Now = p.Until
	}
}

// inProcess answers requests without a network.
type inProcess struct{ http.Handler }

func (h inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}
