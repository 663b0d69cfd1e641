package handler_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/handler"
)

func TestHeadroomIsAtMostATenthAndHalfASecond(t *testing.T) {
	for remaining, want := range map[time.Duration]time.Duration{
		15 * time.Second: 14500 * time.Millisecond, 5 * time.Second: 4500 * time.Millisecond,
		time.Second: 900 * time.Millisecond, 10 * time.Millisecond: 9 * time.Millisecond,
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			ctx, stop := context.WithTimeout(t.Context(), remaining)
			defer stop()
			early, cancel := handler.WithHeadroom(ctx)
			defer cancel()
			<-early.Done()
			if took := time.Since(began); took != want || ctx.Err() != nil {
				t.Errorf("of %s: ended after %s, want %s", remaining, took, want)
			}
		})
	}
}

func TestHeadroomWithoutADeadline(t *testing.T) {
	ctx, cancel := handler.WithHeadroom(t.Context())
	if _, ok := ctx.Deadline(); ok || ctx.Err() != nil {
		t.Error("it has a deadline")
	}
	cancel()
	if ctx.Err() == nil {
		t.Error("cancel does not end it")
	}
}

func TestWithDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		bounded, cancel := handler.WithDefault(t.Context(), time.Second)
		defer cancel()
		<-bounded.Done()
		if took := time.Since(began); took != time.Second {
			t.Errorf("without a deadline it ends after %s", took)
		}
		own, stop := context.WithTimeout(t.Context(), time.Hour)
		defer stop()
		same, cancel := handler.WithDefault(own, time.Second)
		if cancel(); same != own || own.Err() != nil {
			t.Error("a deadline of the caller's is not kept")
		}
	})
}

func TestContainLogsTheTypeOfAPanicAndNotItsText(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	if !handler.Contain(logger, "reading", func() {}) || log.Len() > 0 {
		t.Errorf("a function that returns: %s", &log)
	}
	if handler.Contain(logger, "reading", func() { panic("secret") }) {
		t.Error("a panic counts as returned")
	}
	if text := log.String(); !strings.Contains(text, "panic while reading") || !strings.Contains(text, "type=string") || strings.Contains(text, "secret") {
		t.Error(text)
	}
}

func TestEachCallsForEveryIndexOnceAndNoMoreAtATime(t *testing.T) {
	for _, concurrency := range []int{1, 2, 3, 100} {
		var mu sync.Mutex
		var called []int
		running, most := 0, 0
		synctest.Test(t, func(*testing.T) {
			handler.Each(10, concurrency, func(i int) {
				mu.Lock()
				called = append(called, i)
				running++
				most = max(most, running)
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				running--
				mu.Unlock()
			})
		})
		if concurrency == 1 && !slices.IsSorted(called) {
			t.Errorf("one at a time: %v", called)
		}
		slices.Sort(called)
		if !slices.Equal(called, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) || most != min(concurrency, 10) {
			t.Errorf("concurrency %d: called %v, %d at a time", concurrency, called, most)
		}
	}
	handler.Each(0, 4, func(int) { t.Error("called for nothing") })
}
