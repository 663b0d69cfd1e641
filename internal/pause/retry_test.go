package pause_test

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/pause"
)

var defaults = events.Retry{Attempts: 5, Base: 100 * time.Millisecond, Cap: time.Second}

// Each field by itself is the default where it is zero or senseless.
func TestFilled(t *testing.T) {
	for name, row := range map[string]struct{ given, want events.Retry }{
		"nothing":  {events.Retry{}, defaults},
		"attempts": {events.Retry{Attempts: 3}, events.Retry{Attempts: 3, Base: defaults.Base, Cap: defaults.Cap}},
		"base":     {events.Retry{Base: time.Minute}, events.Retry{Attempts: 5, Base: time.Minute, Cap: defaults.Cap}},
		"cap":      {events.Retry{Cap: time.Nanosecond}, events.Retry{Attempts: 5, Base: defaults.Base, Cap: time.Nanosecond}},
		"negative": {events.Retry{Attempts: -1, Base: -1, Cap: math.MinInt64}, defaults},
	} {
		got := pause.Filled(row.given, defaults)
		if got.Sleep == nil || got.Random == nil {
			t.Fatalf("%s: a function is nil", name)
		}
		got.Sleep, got.Random = nil, nil
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	own := pause.Filled(events.Retry{Random: func() float64 { return 7 }}, defaults)
	if own.Random() != 7 {
		t.Error("a function of the caller's was replaced")
	}
}

func TestBefore(t *testing.T) {
	var waits []time.Duration
	r := pause.Filled(events.Retry{
		Cap:    500 * time.Millisecond,
		Sleep:  func(_ context.Context, d time.Duration) error { waits = append(waits, d/time.Millisecond); return nil },
		Random: func() float64 { return 0.5 },
	}, defaults)
	for n := range 5 {
		if !pause.Before(t.Context(), &r, n+1) {
			t.Errorf("repetition %d is given up", n+1)
		}
	}
	if diff := cmp.Diff([]time.Duration{50, 100, 200, 250, 250}, waits); diff != "" {
		t.Error(diff)
	}
	r.Base, r.Cap, waits = math.MaxInt64-1, math.MaxInt64, nil
	for n := range 100 {
		if pause.Before(t.Context(), &r, n+1); waits[n] <= 0 {
			t.Fatalf("repetition %d of the longest waits comes after %d ms", n+1, waits[n])
		}
	}
}

func TestNoWaitBeyondTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r := pause.Filled(events.Retry{Base: time.Second, Random: func() float64 { return 1 }}, defaults)
		start := time.Now()
		if pause.Before(ctx, &r, 1) || time.Since(start) != 0 {
			t.Errorf("it waited %s", time.Since(start))
		}
		r.Base = 900 * time.Millisecond
		if !pause.Before(ctx, &r, 1) {
			t.Error("it gave up with time left")
		}
		r.Sleep = func(context.Context, time.Duration) error { t.Error("it waits although the context has ended"); return nil }
		if cancel(); pause.Before(ctx, &r, 1) {
			t.Error("it goes on although the context has ended")
		}
	})
}
