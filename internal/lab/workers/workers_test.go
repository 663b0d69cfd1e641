package workers_test

import (
	"context"
	"math"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/sim"
	"github.com/bot-preferences/bot-preferences/internal/lab/workers"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

func TestRunTakesEachResultOnce(t *testing.T) {
	for _, limit := range []int{0, 1, 3, 200} {
		taken := map[uint64]int{} // without a lock: take is called by one at a time
		workers.Run(t.Context(), limit, 100, func(i uint64, give func(uint64) bool) {
			if !give(i) || !give(i+1000) {
				t.Error("told to stop too early")
			}
		}, func(i uint64) bool { taken[i]++; return true })
		for i := range uint64(100) {
			if taken[i] != 1 || taken[i+1000] != 1 {
				t.Fatalf("limit %d: result %d is taken %d and %d times", limit, i, taken[i], taken[i+1000])
			}
		}
	}
}

func TestRunStopsWhereTakeSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun, taken := atomic.Int32{}, 0
		workers.Run(t.Context(), 3, math.MaxUint64, func(i uint64, give func(uint64) bool) {
			begun.Add(1)
			time.Sleep(time.Duration(i+1) * time.Second)
			if more := give(i); more != (i < 4) {
				t.Errorf("after %d: more is %t", i, more)
			}
		}, func(i uint64) bool { taken++; return i != 4 })
		// 0 to 4 and the two beside the last, whose results are taken too.
		if begun.Load() != 7 || taken != 7 {
			t.Errorf("%d have begun and %d results were taken, want 7", begun.Load(), taken)
		}
	})
}

func TestRunStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	taken := 0
	workers.Run(ctx, 1, math.MaxUint64, func(i uint64, give func(uint64) bool) {
		if more := give(i); more != (i < 9) {
			t.Errorf("after %d: more is %t", i, more)
		}
	}, func(i uint64) bool {
		if taken++; i == 9 {
			cancel()
		}
		return true
	})
	if taken != 10 {
		t.Errorf("%d results were taken", taken)
	}
}

func TestBothRunAtOnce(t *testing.T) {
	a, b := make(chan int), make(chan int)
	workers.Both(func() { a <- 1; <-b }, func() { <-a; b <- 1 })
}

func TestPacedBeginsOneEachTimeAndEndsThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var at []time.Duration
		var ended atomic.Int32
		workers.Paced(t.Context(), time.Second, func() (func(context.Context), bool) {
			at = append(at, time.Since(began))
			if len(at) == 2 {
				return nil, true
			}
			return func(ctx context.Context) {
				<-ctx.Done()
				ended.Add(1)
			}, len(at) < 4
		})
		if len(at) != 4 || at[3] != 3*time.Second || ended.Load() != 2 {
			t.Errorf("asked after %v; %d have ended", at, ended.Load())
		}
	})
}

// The detector sees two histories at once. It would find what they share.
func TestHistoriesShareNothing(t *testing.T) {
	s, err := stack.Load("../../../serverless.yml", stack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := sim.Campaign{Stack: s, From: 1303, Seeds: 4, Workers: 2}
	if sum, failed := c.Run(t.Context()); failed != nil || sum.Histories != 4 {
		t.Errorf("%d histories, failed: %+v", sum.Histories, failed)
	}
}
