package profilestore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/events"
	local "github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// T is what tests and property tests have in common.
type T interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
	Errorf(string, ...any)
}

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A cloud is one table behind the wire.
type cloud struct {
	T
	now     time.Time
	handler http.Handler
	table   *local.Table

	mu       sync.Mutex
	requests []request
	// on, when set, is called before each request of the client made by store;
	// its answer, if any, is given instead of the table's.
	on func(n int, r request) func(pass http.Handler) http.Handler
}

type request struct {
	operation string
	body      map[string]any
}

func newCloud(t T) *cloud {
	c := &cloud{T: t, now: start}
	w := &world.World{
		Region: "us-east-1", Account: "123456789012",
		Now: func() time.Time { return c.now }, Rand: rand.New(rand.NewPCG(1, 2)),
	}
	service := local.New(w)
	var err error
	c.table, err = service.CreateTable(local.TableConfig{
		Name: "profiles", Hash: local.KeyAttribute{Name: item.UserID, Type: "S"},
		StreamView: "NEW_AND_OLD_IMAGES", TTLAttribute: item.ExpiresAt,
	})
	if err != nil {
		t.Fatal(err)
	}
	run := func(_ context.Context, call wire.Call) (any, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		return call()
	}
	c.handler = wire.Handler(run, func() string { return "id" }, service.Wire())
	return c
}

// store is one writer. What it asks is counted and can be interfered with.
func (c *cloud) store() *Store { return c.storeOver(roundTripper(c.watched)) }

// bystander is a writer that nobody watches.
func (c *cloud) bystander() *Store {
	return c.storeOver(roundTripper(func(r *http.Request) (*http.Response, error) { return answer(c.handler, r), nil }))
}

func (c *cloud) storeOver(transport http.RoundTripper) *Store {
	client := dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String("http://dynamodb.test"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "s"}, nil
		}),
		HTTPClient: &http.Client{Transport: transport}, Retryer: aws.NopRetryer{},
	})
	return New(client, "profiles", WithClock(func() time.Time { return c.now }))
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(h http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func (c *cloud) watched(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	asked := request{operation: operation}
	if err := json.Unmarshal(text, &asked.body); err != nil {
		return nil, err
	}
	c.requests = append(c.requests, asked)
	handler := c.handler
	if c.on != nil {
		if instead := c.on(len(c.requests), asked); instead != nil {
			handler = instead(handler)
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(text))
	response := answer(handler, r)
	if response.StatusCode == lost {
		return nil, errors.New("connection reset")
	}
	return response, nil
}

const lost = 599

// notSent fails a request before the table sees it, noAnswer after.
func notSent(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(lost) })
}

func noAnswer(pass http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pass.ServeHTTP(httptest.NewRecorder(), r)
		w.WriteHeader(lost)
	})
}

func refuses(status int, code, message string) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Amzn-Errortype", code)
			w.WriteHeader(status)
			text, _ := json.Marshal(map[string]string{"__type": code, "message": message})
			_, _ = w.Write(text)
		})
	}
}

// stored is a user's item as the layout reads it, straight from the table: the
// wire would take most of the tests' time.
func (c *cloud) stored(user string) item.Stored {
	c.Helper()
	found, _ := c.table.Get(local.Item{item.UserID: value.String(user)})
	s, err := item.Decode(rawOf(found))
	if err != nil {
		c.Fatal(err)
	}
	return s
}

func rawOf(attributes local.Item) item.Raw {
	raw := item.Raw{}
	for name, v := range attributes {
		a := item.Attribute{Name: name}
		switch v.Kind() {
		case value.S:
			a.Kind, a.Text = item.String, v.Text()
		case value.N:
			a.Kind, a.Text = item.Number, v.Text()
		case value.M:
			a.Kind, a.Members = item.Map, rawOf(v.Fields())
		}
		raw = append(raw, a)
	}
	return raw
}

// merge merges changes of user "u" in one delta and insists on success.
func (c *cloud) merge(s *Store, changes ...events.PreferenceChange) Result {
	c.Helper()
	r, err := s.Merge(context.Background(), "u", events.Fold(changes...))
	if err != nil {
		c.Fatalf("merge: %v", err)
	}
	return r
}

// records counts the stream's records.
func (c *cloud) records() int { return len(c.table.Records("", 1<<20)) }

// at is the stamp of n milliseconds after start less one hour; salt tells stamps
// of one millisecond apart.
func at(ms int, salt byte) events.Stamp {
	s, err := events.DeriveStamp(start.Add(-time.Hour).Add(time.Duration(ms)*time.Millisecond), string(salt))
	if err != nil {
		panic(err)
	}
	return s
}

func set(ms int, p events.Preferences) events.PreferenceChange {
	return events.PreferenceChange{ID: at(ms, 0), UserID: "u", Preferences: p}
}

func replace(ms int, p events.Preferences) events.PreferenceChange {
	c := set(ms, p)
	c.Replace = true
	return c
}

var _ T = (*testing.T)(nil)
