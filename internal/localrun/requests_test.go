package localrun

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
)

// A request may still be under way when its server is closed.
func TestRequestsAreWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r requests
		answer, ended := make(chan struct{}), false
		h := r.counted(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-answer }))
		serve := func() int {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
			return w.Code
		}
		go serve()
		synctest.Wait()
		go func() {
			r.wait()
			ended = true
		}()
		synctest.Wait()
		if ended {
			t.Error("the request was not waited for")
		}
		if code := serve(); code != http.StatusServiceUnavailable {
			t.Errorf("a late request was answered %d", code)
		}
		close(answer)
		synctest.Wait()
		if !ended {
			t.Error("the end of the request was not seen")
		}
	})
}
