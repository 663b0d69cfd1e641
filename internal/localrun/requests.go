package localrun

import (
	"net/http"
	"sync"
)

// requests counts the requests under way. A server's Close does not wait for them.
type requests struct {
	mu    sync.Mutex
	ended bool
	under sync.WaitGroup
}

// counted passes requests on to h until wait is called.
func (r *requests) counted(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if !r.begin() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		defer r.under.Done()
		h.ServeHTTP(w, q)
	})
}

func (r *requests) begin() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ended {
		r.under.Add(1)
	}
	return !r.ended
}

// wait returns when no request is left. Later ones are refused.
func (r *requests) wait() {
	r.mu.Lock()
	r.ended = true
	r.mu.Unlock()
	r.under.Wait()
}
