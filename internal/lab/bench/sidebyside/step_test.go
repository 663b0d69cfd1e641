package sidebyside

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func TestRequestsGoOnTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStep(2)
		var through atomic.Int32
		request := func() { go func() { s.wait(); through.Add(1) }() }
		for _, c := range []struct {
			what string
			do   func()
			want int32
		}{
			{"one request", request, 0},
			{"the other's", request, 2},
			{"the next", request, 2},
			{"the other has ended", s.leave, 3},
			{"alone, nobody waits", request, 4},
		} {
			c.do()
			synctest.Wait()
			if got := through.Load(); got != c.want {
				t.Errorf("%s: %d went on, want %d", c.what, got, c.want)
			}
		}
		s.leave()
	})
}

// Requests wait in step, and do not wait without a step.
func TestRequestsKeepToTheStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c cloud
		var served atomic.Int32
		for i, want := range []int32{1, 1, 3} {
			go func() { c.inStep(); served.Add(1) }()
			synctest.Wait()
			if got := served.Load(); got != want {
				t.Errorf("after request %d %d were served, want %d", i, got, want)
			}
			if i == 0 {
				c.step.Store(newStep(2))
			}
		}
	})
}
