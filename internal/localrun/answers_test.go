package localrun

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	goruntime "runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/lab/nightly"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/realtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A busy connection is one of a busy machine: the write of a request's body returns after
// the answer has begun, and the rest of the answer arrives in pieces.
type busy struct {
	net.Conn
	began atomic.Bool   // an answer
	more  chan struct{} // its rest is being read
}

// Write writes the header of a request, or its body, which net/http sends separately.
func (c *busy) Write(b []byte) (int, error) {
	if strings.HasPrefix(string(b), "POST ") {
		c.began.Store(false)
		select {
		case <-c.more: // was left by the request before
		default:
		}
		return c.Conn.Write(b)
	}
	n, err := c.Conn.Write(b)
	<-c.more
	return n, err
}

// Read reads the beginning of an answer, or a piece of the rest.
func (c *busy) Read(b []byte) (int, error) {
	if c.began.Load() {
		select {
		case c.more <- struct{}{}:
		default:
		}
		goruntime.Gosched()
		b = b[:min(len(b), 512)]
	}
	n, err := c.Conn.Read(b)
	c.began.Store(true)
	return n, err
}

// busyClient is a client of the tests whose connections are busy ones.
func busyClient(url string) *sqs.Client {
	env := &Environment{Stack: &stack.Stack{Region: localRegion}, AWSURL: url}
	return sqs.NewFromConfig(config(env), func(o *sqs.Options) {
		o.Retryer = aws.NopRetryer{}
		o.HTTPClient = awshttp.NewBuildableClient().WithTransportOptions(func(tr *http.Transport) {
			tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				c, err := new(net.Dialer).DialContext(ctx, network, address)
				return &busy{Conn: c, more: make(chan struct{}, 1)}, err
			}
		})
	})
}

// Thousands of answers are there before net/http looks for the end of the request's body,
// and each arrives. Without awsconfig.KeepAnswers nine of ten are lost.
func TestNoAnswerIsLostOnABusyMachine(t *testing.T) {
	receives := nightly.Size(1000, 5000)
	w := newWorld()
	cloud, err := localaws.New(w, &stack.Stack{Queues: []stack.Queue{{
		Name: "q", ARN: "arn:aws:sqs:us-east-1:000000000000:q", Attributes: map[string]string{"VisibilityTimeout": "0"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	q, _ := cloud.Queues.Queue("q")
	if _, err := q.Send(strings.Repeat("x", 6<<10), nil, 0); err != nil { // more than net/http reads at once
		t.Fatal(err)
	}
	server := httptest.NewServer(realtime.New(cloud, nil, w.Now).AWS())
	t.Cleanup(server.Close)
	client, arrived, lost := busyClient(server.URL), 0, 0
	for range receives {
		out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(server.URL + "/000000000000/q")})
		if err != nil {
			lost++
			continue
		}
		arrived += len(out.Messages)
	}
	if lost > 0 || arrived != receives {
		t.Errorf("of %d receives %d lost their answer, and %d messages arrived", receives, lost, arrived)
	}
}
