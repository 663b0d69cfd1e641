package runtime

import (
	"encoding/base64"
	"io"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

// maxAnswer is Lambda's limit of an answer: 6 MB and a little, as its message
// states it.
const maxAnswer = 6_291_556

// next hands the process its next invocation, and waits for one.
func (i *instance) next(w http.ResponseWriter, q *http.Request) {
	if i.busy() {
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "the invocation before is not answered")
		return
	}
	select {
	case t := <-i.work:
		if q.Context().Err() != nil {
			i.work <- t // nobody would read it: the process asks again, or is gone
			return
		}
		i.hand(w, t)
	case <-q.Context().Done():
	case <-i.dead:
	}
}

func (i *instance) busy() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.current != nil && i.taken
}

func (i *instance) hand(w http.ResponseWriter, t *task) {
	i.mu.Lock()
	i.taken = true
	i.served++
	i.mu.Unlock()
	close(t.picked)
	f := i.p.f
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(t.payload)))
	h.Set("Lambda-Runtime-Aws-Request-Id", t.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.p.r.opt.Clock().Add(f.Timeout).UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", f.ARN)
	h.Set("Lambda-Runtime-Trace-Id", t.trace)
	_, _ = w.Write(t.payload) // the process has gone: watch notices
}

// response takes the answer of a function. A stream that broke off says so in
// the request's trailers, after the body.
func (i *instance) response(w http.ResponseWriter, q *http.Request, t *task) {
	body, err := io.ReadAll(io.LimitReader(q.Body, maxAnswer+1))
	if err != nil {
		return // the process went away in the middle: watch notices
	}
	if len(body) > maxAnswer {
		const tooLarge = "Function.ResponseSizeTooLarge"
		i.finish(t, t.failure(tooLarge, "Response payload size exceeded maximum allowed payload size (%d bytes).", maxAnswer))
		refuse(w, http.StatusRequestEntityTooLarge, tooLarge, "the answer is too large")
		return
	}
	result := lambda.Result{Payload: body}
	if kind := q.Trailer.Get("Lambda-Runtime-Function-Error-Type"); kind != "" {
		detail, _ := base64.StdEncoding.DecodeString(q.Trailer.Get("Lambda-Runtime-Function-Error-Body")) // then there is none
		result = reported(detail, kind)
	}
	i.finish(t, result)
	accept(w)
}

func (i *instance) invocationError(w http.ResponseWriter, q *http.Request, t *task) {
	result, ok := readError(q)
	if !ok {
		return
	}
	i.finish(t, result)
	accept(w)
}

// initError ends the invocation that the process was started for.
func (i *instance) initError(w http.ResponseWriter, q *http.Request) {
	result, ok := readError(q)
	if !ok {
		return
	}
	select {
	case t := <-i.work:
		i.finish(t, result)
	default:
	}
	accept(w)
}

func readError(q *http.Request) (lambda.Result, bool) {
	body, err := io.ReadAll(io.LimitReader(q.Body, maxAnswer))
	return reported(body, q.Header.Get("Lambda-Runtime-Function-Error-Type")), err == nil
}

// reported is the error that a function reported, as JSON with errorType and
// errorMessage; kind stands in for a missing type.
func reported(body []byte, kind string) lambda.Result {
	e := &lambda.FunctionError{Payload: body}
	var report struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}
	if json.Unmarshal(body, &report) == nil {
		e.Type, e.Message = report.Type, report.Message
	}
	if e.Type == "" {
		e.Type = kind
	}
	if e.Type == "" {
		e.Type = "Unhandled"
	}
	return lambda.Result{Err: e}
}
