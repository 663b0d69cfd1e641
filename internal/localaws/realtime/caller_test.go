package realtime_test

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/realtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

const hookARN = "arn:aws:events:us-east-1:000000000000:api-destination/hook/0"

// hooked drives a cloud that sends every event to a server, and returns what
// happens to the deliveries, one word each.
func hooked(t *testing.T, address string, retries int) (d *realtime.Driver, happened <-chan string) {
	t.Helper()
	facts := make(chan string, 100)
	w := &world.World{Region: "us-east-1", Account: "000000000000", Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2)), Observe: func(f world.Fact) {
		switch f := f.(type) {
		case eventbridge.Delivered:
			facts <- "delivered"
		case eventbridge.Failed:
			facts <- "failed: " + f.Err.Error()
		case eventbridge.Dropped:
			facts <- "dropped"
		}
	}}
	cloud, err := localaws.New(w, &stack.Stack{
		Destinations: []stack.APIDestination{{Name: "hook", ARN: hookARN, Method: "POST", URL: address, KeyName: "X-Secret", KeyValue: "s"}},
		Rules: []stack.Rule{{Name: "hook", Bus: "default", Pattern: `{"source":["bot"]}`, Targets: []stack.Target{
			{ID: "hook", ARN: hookARN, Role: "Caller", MaximumRetryAttempts: retries, MaximumEventAgeSeconds: 60},
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	d = realtime.New(cloud, functions{}, time.Now)
	run(t, d)
	d.Do(func(c *localaws.Cloud) {
		if _, err := c.Buses.Put(eventbridge.Entry{Source: "bot", DetailType: "d", Detail: `{"a":1}`}); err != nil {
			t.Error(err)
		}
	})
	return d, facts
}

// within waits for a value. Only a failing test waits until the timeout.
func within[T any](t *testing.T, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing happened")
	}
	return v
}

func TestCallsAnAPIDestination(t *testing.T) {
	got := make(chan *http.Request, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !strings.Contains(string(body), `"detail":{"a":1}`) {
			t.Errorf("body %s", body)
		}
		got <- r
	}))
	defer server.Close()
	d, happened := hooked(t, server.URL+"/hook?x=1", 0)
	r := within(t, got)
	if r.Method != "POST" || r.RequestURI != "/hook?x=1" {
		t.Errorf("%s %s", r.Method, r.RequestURI)
	}
	r.Header.Del("Content-Length")
	want := http.Header{
		"X-Secret": {"s"}, "Content-Type": {"application/json; charset=utf-8"}, "User-Agent": {"Amazon/EventBridge/ApiDestinations"},
		"Range": {"bytes=0-1048575"}, "Accept-Encoding": {"gzip,deflate"}, "Connection": {"close"},
	}
	if diff := cmp.Diff(want, r.Header); diff != "" {
		t.Error(diff)
	}
	if fact := within(t, happened); fact != "delivered" {
		t.Error(fact)
	}
	if err := d.Quiet(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestRedirectionsAreNotFollowed(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/hook" {
			t.Error("followed")
		}
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	if _, happened := hooked(t, server.URL+"/hook", 1); within(t, happened) != "dropped" {
		t.Error("a redirection is not final")
	}
}

func TestNobodyListens(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	_, happened := hooked(t, server.URL, 0)
	if fact := within(t, happened); fact != "dropped" {
		t.Error(fact)
	}
	_, happened = hooked(t, server.URL, 1)
	if fact := within(t, happened); !strings.HasPrefix(fact, "failed: ERROR_FROM_TARGET") || strings.Contains(fact, `Post "`) {
		t.Error(fact)
	}
}
