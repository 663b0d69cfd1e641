package runtime

import (
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
)

// Prefix is the path under which Handler expects its requests:
// /_runtime/<function>/<instance>/ comes before the paths of the Runtime API.
const Prefix = "/_runtime/"

// Handler is the Runtime API and the Extensions API of all processes, to be
// served at Options.Address. It expects whole paths, which begin with Prefix.
func (r *Runner) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		parts := strings.SplitN(strings.TrimPrefix(q.URL.Path, Prefix), "/", 3)
		p := r.pools[parts[0]]
		if !strings.HasPrefix(q.URL.Path, Prefix) || p == nil || len(parts) < 3 {
			refuse(w, http.StatusNotFound, "NotFound", "there is no function at "+q.URL.Path)
			return
		}
		i := p.find(parts[1])
		if i == nil {
			refuse(w, http.StatusGone, "InstanceGone", "the process "+parts[1]+" is not one of "+p.f.Name)
			return
		}
		i.route(w, q, parts[2])
	})
}

func (i *instance) route(w http.ResponseWriter, q *http.Request, path string) {
	const invocation = "2018-06-01/runtime/invocation/"
	switch q.Method + " " + path {
	case "GET " + invocation + "next":
		i.next(w, q)
		return
	case "POST 2018-06-01/runtime/init/error":
		i.initError(w, q)
		return
	case "POST 2020-01-01/extension/register":
		i.register(w, q)
		return
	case "GET 2020-01-01/extension/event/next":
		i.extensionNext(w, q)
		return
	}
	id, what, _ := strings.Cut(strings.TrimPrefix(path, invocation), "/")
	if q.Method != http.MethodPost || !strings.HasPrefix(path, invocation) || what != "response" && what != "error" {
		refuse(w, http.StatusNotFound, "Unsupported", "localaws does not support "+q.Method+" /"+path+" of the Runtime API")
		return
	}
	t := i.running(id)
	if t == nil {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "the process has no invocation "+id)
		return
	}
	if what == "error" {
		i.invocationError(w, q, t)
		return
	}
	i.response(w, q, t)
}

// refuse answers in the Runtime API's form of an error.
func refuse(w http.ResponseWriter, status int, kind, message string) {
	body, _ := json.Marshal(map[string]string{"errorType": kind, "errorMessage": message}, json.Deterministic(true))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the process has gone: watch notices
}

// accept is the answer to everything posted: exactly 202, or the client gives
// up.
func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = w.Write([]byte(`{"status":"OK"}` + "\n")) // likewise
}
