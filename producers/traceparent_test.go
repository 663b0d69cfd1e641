package producers_test

import (
	"context"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/routetest"
	"github.com/bot-preferences/bot-preferences/producers"
)

const (
	ofCall   = "00-6a1b2c3d4e5f60718293a4b5c6d7e8f9-00f067aa0ba902b7-01"
	ofChange = "00-11111111111111111111111111111111-2222222222222222-00"
)

// A traceKey is where a program's own tracing keeps its trace.
type traceKey struct{}

func traced(t *testing.T, r *routetest.Route) *producers.Publisher {
	t.Helper()
	p, err := producers.NewPublisher("bot", r, producers.WithTraceparent(func(ctx context.Context) string {
		text, _ := ctx.Value(traceKey{}).(string)
		return text
	}))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestChangesGetTheTraceOfTheCall(t *testing.T) {
	own := set("u1", "a", "1")
	own.Traceparent = ofChange
	for call, want := range map[string]string{ofCall: ofCall, "": "", "no trace": "", "01" + ofCall[2:] + "-x": ofCall} {
		r := &routetest.Route{}
		p, ctx := traced(t, r), context.WithValue(t.Context(), traceKey{}, call)
		if _, err := p.Publish(ctx, set("u1", "a", "1"), own); err != nil {
			t.Fatal(err)
		}
		if _, err := p.PublishOne(ctx, set("u1", "a", "1")); err != nil {
			t.Fatal(err)
		}
		for i, c := range r.Changes(t) {
			trace := []string{want, ofChange, want}[i]
			if c.Traceparent != trace || r.Taken()[i].Traceparent != trace {
				t.Errorf("call %q, change %d: %q, the envelope %q, want %q", call, i, c.Traceparent, r.Taken()[i].Traceparent, trace)
			}
		}
	}
}

// A change that fits only without the trace goes without it.
func TestATraceNeverRefusesAChange(t *testing.T) {
	c := events.PreferenceChange{ID: routetest.At(routetest.Start), UserID: "u1", Preferences: events.Preferences{}}
	for _, key := range strings.Split("abcdefg", "") {
		c.Preferences[key] = events.JSON(`"` + strings.Repeat("x", 16<<10-2) + `"`)
	}
	c.Preferences["h"] = events.Text("")
	rest := events.MaxChangeBytes - len(c.AppendJSON(nil))
	c.Preferences["h"] = events.JSON(`"` + strings.Repeat("x", rest) + `"`)
	r := &routetest.Route{}
	if _, err := traced(t, r).PublishOne(context.WithValue(t.Context(), traceKey{}, ofCall), c); err != nil {
		t.Fatal(err)
	}
	if got := r.Changes(t)[0]; got.Traceparent != "" {
		t.Errorf("%q travels in a change of %d bytes", got.Traceparent, len(got.AppendJSON(nil)))
	}
}
