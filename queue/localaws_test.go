package queue_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	localwire "github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/queue"
)

// A local is the change queue in localaws, with a clock turned by hand.
type local struct {
	now     time.Time
	changes *sqs.Queue
	queue   *queue.Queue
}

func newLocal(t *testing.T) *local {
	t.Helper()
	l := &local{now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}
	service := sqs.New(&world.World{
		Region: "us-east-1", Account: "123456789012", Rand: rand.New(rand.NewPCG(1, 2)),
		Now: func() time.Time { return l.now },
	})
	var err error
	if l.changes, err = service.CreateQueue("changes", nil, nil); err != nil {
		t.Fatal(err)
	}
	c := client.NewFromConfig(aws.Config{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		HTTPClient: &http.Client{Transport: handled{localwire.Handler(l.run, func() string { return "request" }, service.Wire())}},
	})
	l.queue = queue.New(c, "http://127.0.0.1:4566/123456789012/changes", queue.WithClock(func() time.Time { return l.now }))
	return l
}

// run turns the clock to the end of a long poll.
func (l *local) run(_ context.Context, call localwire.Call) (any, error) {
	for {
		out, err := call()
		var p *localwire.Pending
		if !errors.As(err, &p) {
			return out, err
		}
		l.now = p.Until
	}
}

// handled answers requests in process.
type handled struct{ http.Handler }

func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

func TestSendToLocalAWS(t *testing.T) {
	l := newLocal(t)
	list := envelopes(23)
	list[4].Detail = []byte(`"` + strings.Repeat("x", 1<<20) + `"`)
	list[7].Detail = []byte("\"\uFFFE\"")
	got := outcomes(l.queue.Send(t.Context(), list))
	want := slices.Repeat([]string{"taken"}, 23)
	want[4], want[7] = "rejected too_large", "rejected InvalidMessageContents"
	if diff := cmp.Diff(want, got); diff != "" || len(l.changes.Messages()) != 21 {
		t.Errorf("%d messages; %s", len(l.changes.Messages()), diff)
	}
}
