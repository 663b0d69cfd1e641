package runtime

import (
	"io"
	"net/http"

	"github.com/go-json-experiment/json"
)

// register lets a function register an internal extension, which is how it
// asks for SIGTERM before SIGKILL. One that wants events is refused: there are
// none here.
func (i *instance) register(w http.ResponseWriter, q *http.Request) {
	var in struct {
		Events []string `json:"events"`
	}
	body, err := io.ReadAll(io.LimitReader(q.Body, maxPayload))
	if err != nil || len(body) > 0 && json.Unmarshal(body, &in) != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequestFormat", "the body is not a registration")
		return
	}
	if len(in.Events) > 0 {
		refuse(w, http.StatusForbidden, "Unsupported", "localaws does not support extensions that register for events")
		return
	}
	i.mu.Lock()
	i.sigterm = true
	i.mu.Unlock()
	out, _ := json.Marshal(map[string]string{
		"functionName": i.p.f.Name, "functionVersion": "$LATEST", "handler": i.p.f.Handler,
	}, json.Deterministic(true))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Lambda-Extension-Identifier", uuid())
	_, _ = w.Write(out) // the process has gone: watch notices
}

// extensionNext waits as long as the process lives: no event ever comes.
func (i *instance) extensionNext(_ http.ResponseWriter, q *http.Request) {
	select {
	case <-q.Context().Done():
	case <-i.dead:
	}
}
