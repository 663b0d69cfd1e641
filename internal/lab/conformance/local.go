package conformance

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/realtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// runLocal runs f against an empty localaws of its own, in virtual time, so waiting
// takes no time.
func runLocal(t *testing.T, f func(*testing.T, aws.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cfg, stop, err := Local(1)
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		f(t, cfg)
	})
}

// Local starts an empty localaws and returns the configuration that reaches it without
// a network. The clock of the caller's goroutine drives it (a synctest bubble has its
// own clock). Its identifiers come from the seed. The caller must call stop.
func Local(seed uint64) (cfg aws.Config, stop func(), err error) {
	w := &world.World{
		Region: peers.Region, Account: peers.Account, Now: time.Now,
		Rand: rand.New(rand.NewPCG(seed, seed)),
	}
	cloud, err := localaws.New(w, &stack.Stack{})
	if err != nil {
		return aws.Config{}, nil, err
	}
	cloud.Queues.BaseURL(localURL)
	driver := realtime.New(cloud, nil, w.Now)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { driver.Run(ctx) })
	cfg = peers.Config(localURL)
	cfg.HTTPClient = &http.Client{Transport: inProcess{driver.AWS()}}
	return cfg, func() { cancel(); running.Wait() }, nil
}

const localURL = "http://localaws.test"

// inProcess passes requests to a handler without a network.
type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	p.handler.ServeHTTP(rec, r)
	return rec.Result(), nil
}
