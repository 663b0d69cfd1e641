package copytable_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	local "github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/subscriber/storetest"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A cloud is one table behind the wire, and what it was asked.
type cloud struct {
	handler http.Handler
	table   *local.Table
	client  *dynamodb.Client

	mu       sync.Mutex
	requests []request
	answer   func(w http.ResponseWriter) // instead of the table's, where it is set
}

type request struct {
	operation string
	body      map[string]any
}

func newCloud(t storetest.T) *cloud {
	c := &cloud{}
	service := local.New(&world.World{
		Region: "us-east-1", Account: "123456789012",
		Now: func() time.Time { return start }, Rand: rand.New(rand.NewPCG(1, 2)),
	})
	var err error
	c.table, err = service.CreateTable(local.TableConfig{Name: "copies", Hash: local.KeyAttribute{Name: "user_id", Type: "S"}, TTLAttribute: "expires_at"})
	if err != nil {
		t.Fatal(err)
	}
	var one sync.Mutex
	run := func(_ context.Context, call wire.Call) (any, error) {
		one.Lock()
		defer one.Unlock()
		return call()
	}
	c.handler = wire.Handler(run, func() string { return "id" }, service.Wire())
	c.client = dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String("http://dynamodb.test"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "s"}, nil
		}),
		HTTPClient: &http.Client{Transport: c}, Retryer: aws.NopRetryer{},
	})
	return c
}

// RoundTrip is the wire: in process.
func (c *cloud) RoundTrip(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	asked := request{operation: operation}
	if err := json.Unmarshal(text, &asked.body); err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.requests = append(c.requests, asked)
	c.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(text))
	w := httptest.NewRecorder()
	if c.answer != nil {
		c.answer(w)
	} else {
		c.handler.ServeHTTP(w, r)
	}
	return w.Result(), nil
}
