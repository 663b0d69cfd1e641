package httpapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/bot-preferences/bot-preferences/internal/lab/routetest"
)

// A pipeline applies what its route takes after a delay.
type pipeline struct {
	routetest.Route
	*profiles
}

func newPipeline(t *testing.T, delay time.Duration) *pipeline {
	p := &pipeline{profiles: &profiles{}}
	p.Took = func(e events.Envelope) {
		time.AfterFunc(delay, func() {
			c, err := events.DecodeChange(e.AppendJSON(nil))
			if err != nil {
				t.Error(err)
			}
			p.apply(&c)
		})
	}
	return p
}

func (p *pipeline) api(t *testing.T) *httpapi.Writer {
	return newWriter(t, &p.Route, p.profiles)
}

func TestWaitUntilTheChangeIsVisible(t *testing.T) {
	for name, tt := range map[string]struct {
		request httpapi.Request
		want    string
	}{
		"PATCH":                       {request("PATCH", "u1", "", `{"n":1.0}`, "prefer", "wait=5"), `{"n":1.0,"tone":"warm"}`},
		"PUT":                         {request("PUT", "u1", "", `{"n":1.0}`, "prefer", "wait=5"), `{"n":1.0}`},
		"POST":                        {request("POST", "", "", `{"user_id":"u1","preferences":{"tone":null}}`, "prefer", "wait=5"), `{}`},
		"DELETE leaves nothing to be": {request("DELETE", "u1", "", ``, "Prefer", "respond-async, wait=5"), `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipeline(t, 700*time.Millisecond)
				p.apply(&events.PreferenceChange{ID: routetest.At(start.Add(-time.Hour)), Preferences: events.Preferences{"tone": events.Text("warm")}})
				began := time.Now()
				got := call(t, p.api(t), tt.request)
				if took := time.Since(began); took < 700*time.Millisecond || took > 1200*time.Millisecond {
					t.Errorf("took %s", took)
				}
				want := fmt.Sprintf(`{"user_id":"u1","preferences":%s,"inferred_keys":[],"revision":2,"as_of":%q,"last_updated":"2023-11-14T22:13:20.000Z"}`, tt.want, p.profile.AsOf())
				if got.StatusCode != 200 || got.Body != want {
					t.Errorf("got %d %s\nwant 200 %s", got.StatusCode, got.Body, want)
				}
				if got.Headers["ETag"] != `"2"` || got.Headers["Preference-Applied"] != "wait=5" {
					t.Errorf("headers %v", got.Headers)
				}
			})
		})
	}
}

func TestWaitForTheErasureOfNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipeline(t, 300*time.Millisecond)
		got := call(t, p.api(t), request("DELETE", "u1", "", "", "prefer", "wait=5"))
		if got.StatusCode != 200 || !strings.Contains(got.Body, `"preferences":{},"inferred_keys":[],"revision":1,`) {
			t.Errorf("got %d %s", got.StatusCode, got.Body)
		}
	})
}

// A later change of somebody else wins while this one is on its way.
func TestWaitNamesTheKeysOnWhichALaterChangeWon(t *testing.T) {
	later := func(p events.Preferences, replace bool) *events.PreferenceChange {
		return &events.PreferenceChange{ID: routetest.At(start.Add(time.Minute)), Preferences: p, Replace: replace}
	}
	const patch = `{"b":2,"a":1,"gone":null}`
	for name, tt := range map[string]struct {
		later *events.PreferenceChange
		body  string
		want  string
	}{
		"none":                   {later(events.Preferences{"other": events.Number(1)}, false), patch, `"preferences":{"a":1,"b":2,"other":1}`},
		"erased":                 {later(nil, true), patch, `"preferences":{}`},
		"set":                    {later(events.Preferences{"b": events.Number(3)}, false), patch, `"preferences":{"a":1,"b":3}`},
		"set to the same":        {later(events.Preferences{"a": events.Number(1)}, false), patch, `"preferences":{"a":1,"b":2}`},
		"unset":                  {later(events.Preferences{"a": events.Unset, "b": events.Unset}, false), patch, `"preferences":{}`},
		"what was unset is set":  {later(events.Preferences{"gone": events.Number(1)}, false), patch, `"preferences":{"a":1,"b":2,"gone":1}`},
		"what was unset, unset":  {later(events.Preferences{"gone": events.Unset}, false), patch, `"preferences":{"a":1,"b":2}`},
		"replaced by other keys": {later(events.Preferences{"b": events.Number(3)}, true), patch, `"preferences":{"b":3}`},
	} {
		superseded := map[string]string{
			"erased": `["a","b"]`, "set": `["b"]`, "set to the same": `["a"]`, "unset": `["a","b"]`,
			"what was unset is set": `["gone"]`, "replaced by other keys": `["a","b"]`,
		}[name]
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipeline(t, time.Second)
				took := p.Took
				p.Took = func(e events.Envelope) { took(e); p.apply(tt.later) }
				got := call(t, p.api(t), request("PATCH", "u1", "", tt.body, "prefer", "wait=5"))
				var body struct{ Superseded json.RawMessage }
				if err := json.Unmarshal([]byte(got.Body), &body); err != nil {
					t.Fatal(err)
				}
				if got.StatusCode != 200 || !strings.Contains(got.Body, tt.want) || string(body.Superseded) != superseded {
					t.Errorf("got %d %s, want %s and superseded %s", got.StatusCode, got.Body, tt.want, superseded)
				}
			})
		})
	}
}

func TestWaitEndsInTime(t *testing.T) {
	for name, tt := range map[string]struct {
		prefer  string
		lambda  time.Duration // 0: no deadline
		took    time.Duration
		applied string
	}{
		"not asked to wait":             {prefer: "return=minimal"},
		"asked for no time":             {prefer: "wait=0"},
		"as long as asked":              {prefer: "wait=2", took: 2 * time.Second, applied: "wait=2"},
		"ten seconds at most":           {prefer: "wait=3600", took: 10 * time.Second, applied: "wait=10"},
		"with time to answer in Lambda": {prefer: "wait=10", lambda: 5 * time.Second, took: 4500 * time.Millisecond, applied: "wait=10"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipeline(t, time.Hour)
				ctx := t.Context()
				if tt.lambda > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.lambda)
					defer cancel()
				}
				began := time.Now()
				got, err := p.api(t).Update(ctx, request("PATCH", "u1", "", `{"n":1}`, "prefer", tt.prefer))
				if took := time.Since(began); took != tt.took {
					t.Errorf("took %s, want %s", took, tt.took)
				}
				if err != nil || got.StatusCode != 202 || !strings.HasPrefix(got.Body, `{"message":"accepted","event_id":"`) {
					t.Errorf("%v, %d %s", err, got.StatusCode, got.Body)
				}
				if got.Headers["Preference-Applied"] != tt.applied || p.reads > 21 { // one of them before the change was sent
					t.Errorf("headers %v, %d reads", got.Headers, p.reads)
				}
			})
		})
	}
}

func TestWaitSurvivesReadsThatFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipeline(t, 0)
		took := p.Took
		p.Took = func(e events.Envelope) {
			took(e)
			p.fail(routetest.ErrSecret)
		}
		time.AfterFunc(time.Second, func() { p.fail(nil) })
		got := call(t, p.api(t), request("PATCH", "u1", "", `{"n":1}`, "prefer", "wait=5"))
		if got.StatusCode != 200 {
			t.Errorf("got %d %s", got.StatusCode, got.Body)
		}
		if got = call(t, p.api(t), request("PATCH", "u1", "", `{"n":1}`, "prefer", "wait=1")); got.StatusCode != 202 {
			t.Errorf("an accepted change is accepted: %d %s", got.StatusCode, got.Body)
		}
	})
}

func TestWaitSleepsAsItIsTold(t *testing.T) {
	var slept time.Duration
	sleep := func(_ context.Context, d time.Duration) error { slept += d; return nil }
	api := newWriter(t, &routetest.Route{}, &profiles{})
	api.Sleep = sleep
	got := call(t, api, request("PATCH", "u1", "", `{"n":1}`, "prefer", "wait=7"))
	if got.StatusCode != 202 || slept != 7*time.Second {
		t.Errorf("%d after %s", got.StatusCode, slept)
	}
}

func TestTheLogHoldsNeitherPreferencesNorUsers(t *testing.T) {
	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	for _, err := range []error{nil, routetest.SendError(events.NotSent, "c"), routetest.SendError(events.Uncertain, "")} {
		api := newWriter(t, &routetest.Route{Errs: []error{err}}, &profiles{})
		api.Logger = logger
		call(t, api, request("PATCH", "somebody", "", `{"tone":"intimate"}`))
	}
	if lines := log.String(); strings.Count(lines, "event_id") != 3 || strings.Contains(lines, "intimate") || strings.Contains(lines, "somebody") {
		t.Error(lines)
	}
}
