package sidebyside

import (
	"net/http"
	"net/http/httptest"
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

// The tables' endpoint keeps to the step, and to none where there is none.
func TestTheEndpointKeepsToTheStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c cloud
		var served atomic.Int32
		endpoint := c.inStep(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served.Add(1) }))
		for i, want := range []int32{1, 1, 3} {
			go endpoint.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", nil))
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
