package alarms_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/localaws/cloudwatch"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

const (
	root   = "../../.."
	prefix = "bot-preferences-prod-" // of every alarm's name
)

var start = time.Date(2026, 12, 1, 3, 0, 0, 0, time.UTC)

// production is the stack of serverless.yml in production, and whole the same with
// everything that a parameter can add.
var (
	production = sync.OnceValues(func() (*stack.Stack, error) { return load("prod", nil) })
	whole      = sync.OnceValues(func() (*stack.Stack, error) { return load("prod", everything) })
)

// everything are the parameters with which a stage has all alarms that it can have.
var everything = map[string]string{"history": "on"}

func load(name string, params map[string]string) (*stack.Stack, error) {
	return stack.Load(root+"/serverless.yml", stack.Options{Stage: name, Params: params})
}

// withEverything runs a stage with everything.
func withEverything(o *virtual.Options) { o.Params = everything }

// A stage is the pipeline in production, in virtual time.
type stage struct {
	testing.TB
	*virtual.Cloud
	stamps *events.Clock
	bot    *random
	fired  map[string]bool // alarms that have been in ALARM

	paused func(function string, after time.Duration) bool // may be nil
	refuse func(virtual.Request) *wire.Error               // may be nil
}

// random makes the random parts of stamps, none twice.
type random struct{ n uint64 }

func (r *random) Read(p []byte) (int, error) {
	r.n++
	copy(p, fmt.Sprintf("%010d", r.n))
	return len(p), nil
}

func newStage(t testing.TB, change func(*virtual.Options)) *stage {
	t.Helper()
	s := &stage{TB: t, bot: &random{}, fired: map[string]bool{}}
	o := virtual.Options{
		Root: root, Start: start,
		Observe: s.observe,
		Output: func(line string) {
			if err := s.Metrics.Line(strings.TrimSpace(line)); err != nil {
				t.Error(err)
			}
		},
		Refuse: func(r virtual.Request) *wire.Error {
			if s.refuse != nil {
				return s.refuse(r)
			}
			return nil
		},
		Concurrent: func(function string, after time.Duration) int {
			if s.paused != nil && s.paused(function, after) {
				return 0
			}
			return 1000
		},
	}
	if change != nil {
		change(&o)
	}
	cloud, err := virtual.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Cloud, s.stamps = cloud, events.NewClockOf(cloud.Now, s.bot)
	cloud.KeepMetrics()
	return s
}

func (s *stage) observe(f world.Fact) {
	if c, ok := f.(cloudwatch.Changed); ok && c.To == cloudwatch.InAlarm {
		s.fired[strings.TrimPrefix(c.Alarm, prefix)] = true
	}
}

// every does something in regular intervals, for a time from now on.
func (s *stage) every(interval, during time.Duration, do func(i int)) {
	for i := range int(during / interval) {
		s.At(s.Now().Add(time.Duration(i)*interval), func() { do(i) })
	}
}

// say publishes a change of one of ten users.
func (s *stage) say(i int) { s.sayOf(fmt.Sprint("u", i%10), "tone", events.Text(fmt.Sprint(i))) }

func (s *stage) sayOf(user, key string, value events.Value) {
	change := events.PreferenceChange{ID: s.stamps.Next(), UserID: user, Preferences: events.Preferences{key: value}}
	s.put(events.ChangeEnvelope("bot", &change, s.Now()))
}

// nonsense publishes a change that breaks the contract.
func (s *stage) nonsense(int) {
	s.put(events.Envelope{Source: "bot", DetailType: events.DetailTypeChange, Detail: []byte(`{"preferences":{"tone":"dry"}}`)})
}

func (s *stage) put(e events.Envelope) {
	for _, err := range s.Bus().Send(context.Background(), []events.Envelope{e}) {
		if err != nil {
			s.Error(err)
		}
	}
}

// read asks the function behind GET, which answers like this.
func (s *stage) ask(function string, took time.Duration, status int, err error) {
	_, _ = s.Serve(function, nil, func(ctx context.Context, _ []byte) ([]byte, error) {
		_ = s.Sleep(ctx, took)
		return []byte(fmt.Sprintf(`{"statusCode":%d}`, status)), err
	})
}

// is tells the state of an alarm.
func (s *stage) is(alarm string) cloudwatch.State {
	state, ok := s.Metrics.State(prefix + alarm)
	if !ok {
		s.Errorf("there is no alarm %s", alarm)
	}
	return state
}

// queueName is a queue of the pipeline, by the end of its name.
func queueName(end string) string { return prefix + end }
