package realtime

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// silent is an endpoint that takes requests and never answers.
type silent struct{ open, most, all atomic.Int64 }

func (s *silent) RoundTrip(r *http.Request) (*http.Response, error) {
	s.all.Add(1)
	n := s.open.Add(1)
	defer s.open.Add(-1)
	for was := s.most.Load(); n > was && !s.most.CompareAndSwap(was, n); was = s.most.Load() {
	}
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestNoAnswerWithinFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &Driver{caller: newCaller()}
		d.caller.Transport = &silent{}
		began := time.Now()
		a := d.answer(t.Context(), &eventbridge.Call{Method: "POST", URL: "http://127.0.0.1:9/"})
		if took := time.Since(began); took != 5*time.Second || a.Err == nil || a.Err.Error() != "no answer within 5s" {
			t.Errorf("after %v: %+v", took, a)
		}
	})
}

// calling is a cloud that sends events, once each, to an endpoint that never answers.
// lost counts the deliveries that are given up.
func calling(t *testing.T, to *silent, events int, lost *atomic.Int64) *Driver {
	t.Helper()
	const arn = "arn:aws:events:us-east-1:000000000000:api-destination/hook/0"
	w := &world.World{Region: "us-east-1", Account: "000000000000", Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2)), Observe: func(f world.Fact) {
		switch f.(type) {
		case eventbridge.Dropped, eventbridge.Failed:
			lost.Add(1)
		}
	}}
	cloud, err := localaws.New(w, &stack.Stack{
		Destinations: []stack.APIDestination{{Name: "hook", ARN: arn, Method: "POST", URL: "http://127.0.0.1:9/", KeyName: "X-Secret", KeyValue: "s"}},
		Rules: []stack.Rule{{Name: "hook", Bus: "default", Pattern: `{"source":["bot"]}`, Targets: []stack.Target{
			{ID: "hook", ARN: arn, Role: "Caller", MaximumRetryAttempts: 0, MaximumEventAgeSeconds: 3600},
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for range events {
		if _, err := cloud.Buses.Put(eventbridge.Entry{Source: "bot", DetailType: "d", Detail: `{}`}); err != nil {
			t.Fatal(err)
		}
	}
	d := New(cloud, nil, time.Now)
	d.caller.Transport = to
	return d
}

// A receiver that never answers uses no more than its share of connections, and waiting
// calls are finally made.
func TestAReceiverThatNeverAnswersTakesItsShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s silent
		var lost atomic.Int64
		const events = 250
		d := calling(t, &s, events, &lost)
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { d.Run(ctx) })
		began := time.Now()
		if err := d.Quiet(t.Context()); err != nil {
			t.Fatal(err)
		}
		took := time.Since(began)
		stop()
		running.Wait()
		if s.most.Load() != 100 || s.all.Load() != events || lost.Load() != events {
			t.Errorf("at most %d at a time, %d calls in all, %d given up; want 100, %d, %d", s.most.Load(), s.all.Load(), lost.Load(), events, events)
		}
		if took < 3*eventbridge.CallTimeout || took > 4*eventbridge.CallTimeout {
			t.Errorf("it took %v, want three times what one call may take, and the time to leave", took)
		}
	})
}

// Calls end with the cloud, and do not count as failures of the receiver.
func TestCallsEndWithTheCloud(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s silent
		var lost atomic.Int64
		d := calling(t, &s, 1, &lost)
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { d.Run(ctx) })
		synctest.Wait()
		if s.open.Load() != 1 {
			t.Fatalf("%d calls are out, want one", s.open.Load())
		}
		began := time.Now()
		stop()
		running.Wait()
		if took := time.Since(began); took != 0 || s.open.Load() != 0 {
			t.Errorf("it ends after %v with %d calls out, want at once", took, s.open.Load())
		}
		if lost.Load() != 0 {
			t.Error("a call that was cut off counts as failed")
		}
		ctx, stop = context.WithCancel(t.Context())
		running.Go(func() { d.Run(ctx) }) // and who drives on makes it again
		synctest.Wait()
		if s.open.Load() != 1 || s.all.Load() != 2 {
			t.Errorf("driven on, %d calls are out, %d in all", s.open.Load(), s.all.Load())
		}
		stop()
		running.Wait()
	})
}
