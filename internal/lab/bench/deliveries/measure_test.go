package deliveries

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
	"github.com/bot-preferences/bot-preferences/producers"
)

// a stage is an environment in which what is published arrives at the one subscriber
// there is, with the options that Run starts one with.
type stage struct {
	localrun.Options
	tape   *tape
	told   []string // what was asked of it
	closed error
	quiet  error
}

func (s *stage) Do(f func(*localaws.Cloud)) { s.told = append(s.told, "do"); f(nil) }

func (s *stage) Quiet(context.Context) error { s.told = append(s.told, "quiet"); return s.quiet }

// Close reads what a function wrote last.
func (s *stage) Close() error {
	s.told = append(s.told, "close")
	s.Output(runtime.Line{Function: "f0", Text: strings.Repeat("x", 100)})
	return s.closed
}

func (s *stage) publish(_ context.Context, users string, load Load) error {
	s.told = append(s.told, fmt.Sprintf("%d %s", load.Changes, users))
	s.tape.fact = s.Observe
	for i := range load.Changes {
		id := fmt.Sprint(users, i)
		s.tape.change(id)
		s.tape.announce("e"+id, id)
		s.tape.send("q0", "m"+id, "e"+id)
		s.tape.finish("f0", time.Millisecond, nil, "m"+id)
		s.Output(runtime.Line{Function: "f0", Text: "told"})
	}
	return nil
}

func newRun() (*stage, *run) {
	to := &tap{}
	s := &stage{Options: options("", "", to), tape: newTape(1)}
	return s, &run{env: s, publish: s.publish, tap: to, meter: s.tape.meter}
}

// Only the load is measured, with all lines that its functions wrote. An error when a
// server closes does not affect the measurements.
func TestTheLoadIsMeasured(t *testing.T) {
	s, r := newRun()
	s.closed = errors.New("the listener was closed already")
	got, err := r.measure(context.Background(), Case{Subscribers: 1}, Load{5, 10})
	if err != nil || got.Changes != 5 || got.Deliveries != 5 || got.Invocations != 5 {
		t.Errorf("%+v, %v", got, err)
	}
	if want := []string{"30 warm", "quiet", "do", "5 user", "quiet", "close"}; !slices.Equal(s.told, want) {
		t.Errorf("what happened is %q, want %q", s.told, want)
	}
	if logged, lambda := r.meter.own.Bill().LoggedBytes, int64(5*270); logged != lambda+5*4+100 {
		t.Errorf("%d bytes were logged, of which %d by Lambda", logged, lambda)
	}
}

func TestAnIncompleteRunIsNone(t *testing.T) {
	s, r := newRun()
	if _, err := r.measure(context.Background(), Case{Subscribers: 1}, Load{6, 10}); err != nil {
		t.Fatal(err)
	}
	s, r = newRun()
	r.publish = func(ctx context.Context, users string, load Load) error {
		load.Changes--
		return s.publish(ctx, users, load)
	}
	if _, err := r.measure(context.Background(), Case{Subscribers: 1}, Load{6, 10}); err == nil {
		t.Error("of 6 changes 5 were delivered, and nobody minds")
	}
}

// Whatever fails, the environment is closed once.
func TestAFailedRunIsClosed(t *testing.T) {
	refused := errors.New("refused")
	for _, fails := range []string{"warm", "user", "quiet"} {
		s, r := newRun()
		if fails == "quiet" {
			s.quiet = refused
		}
		r.publish = func(ctx context.Context, users string, load Load) error {
			if users == fails {
				return refused
			}
			return s.publish(ctx, users, load)
		}
		_, err := r.measure(context.Background(), Case{Subscribers: 1}, Load{5, 10})
		if !errors.Is(err, refused) || strings.Count(strings.Join(s.told, ","), "close") != 1 {
			t.Errorf("where %s fails: %v, after %q", fails, err, s.told)
		}
	}
}

// Subscribers have the numbers from which the filtered ones derive their keys.
func TestTheMeterKnowsTheSubscribers(t *testing.T) {
	c := Case{Subscribers: 12, Filtered: true}
	file, err := c.write(repository(t))
	if err != nil {
		t.Fatal(err)
	}
	fan, err := stack.Load(file, stack.Options{Elsewhere: true})
	if err != nil {
		t.Fatal(err)
	}
	m := meterOf(&localrun.Environment{Services: []localrun.Service{{File: file, Stack: fan}}})
	if len(m.queues) != 12 || len(m.names) != 12 || len(m.latencies) != 12 {
		t.Errorf("it knows %d queues, %d functions, %d subscribers", len(m.queues), len(m.names), len(m.latencies))
	}
	for i := range 12 {
		if q, ok := m.queues[fmt.Sprint("fan-out-", i)]; !ok || q != i {
			t.Errorf("the queue %d is of the subscriber %d", i, q)
		}
	}
	for _, rule := range fan.Rules {
		to := rule.Targets[0].ARN
		if i := m.queues[to[strings.LastIndex(to, ":")+1:]]; !strings.Contains(rule.Pattern, `["`+key(i)+`"]`) {
			t.Errorf("the subscriber %d follows %s", i, rule.Pattern)
		}
	}
	for name, i := range m.names {
		if name != fmt.Sprint("s", i) {
			t.Errorf("the function %s is of the subscriber %d", name, i)
		}
	}
}

// a route accepts only some changes.
type route struct {
	start   time.Time
	mu      sync.Mutex
	took    []string // second, user and keys
	refuses string   // a user
}

func (r *route) Send(_ context.Context, envelopes []events.Envelope) []error {
	r.mu.Lock()
	defer r.mu.Unlock()
	errs := make([]error, len(envelopes))
	for i, e := range envelopes {
		var change events.PreferenceChange
		if err := json.Unmarshal(e.Detail, &change); err != nil {
			panic(err)
		}
		for key := range change.Preferences {
			r.took = append(r.took, fmt.Sprintf("%s %s %s", time.Since(r.start), change.UserID, key))
		}
		if change.UserID == r.refuses {
			errs[i] = &events.SendError{Outcome: events.NotSent, Err: errors.New("refused")}
		}
	}
	return errs
}

// Changes come one by one at the load's rate, each of another user, with the keys in
// turn.
func TestPublish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &route{start: time.Now(), refuses: "u-3"}
		p, err := producers.NewPublisher("bench", to)
		if err != nil {
			t.Fatal(err)
		}
		if err := publish(t.Context(), p, "u", Load{Changes: 12, Rate: 4}); err == nil {
			t.Error("a change was refused, and nobody minds")
		}
		if len(to.took) != 12 || to.took[0] != "250ms u-0 key0" || to.took[11] != "3s u-11 key1" {
			t.Errorf("published %q", to.took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := publish(ctx, p, "u", Load{Changes: 12, Rate: 4}); !errors.Is(err, context.Canceled) {
			t.Errorf("without a context: %v", err)
		}
	})
}
