package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
)

// errConnection is the error of a client whose connection broke.
var errConnection = errors.New("connection reset by peer")

// network is the HTTP client of every SDK client in the simulation. Requests stop here
// until the simulation decides their outcome.
type network struct{ s *Simulation }

// Do implements aws.HTTPClient.
func (n network) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if n.s.current == nil { // requests outside tasks are not disturbed
		return n.s.carryOut(r, body), nil
	}
	return n.s.wait(&call{request: r, body: body})
}

// carryOut lets the services answer a request.
func (s *Simulation) carryOut(r *http.Request, body []byte) *http.Response {
	s.requests++
	r = r.Clone(r.Context())
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	rec := httptest.NewRecorder()
	s.services.ServeHTTP(rec, r)
	return rec.Result()
}

// A requestOutcome is what happens to a request.
type requestOutcome int

const (
	answered     requestOutcome = iota
	throttled                   // the service refuses it
	unreachable                 // the connection breaks before the service sees the request
	answerLost                  // the service carries it out, and the connection breaks before the answer
	failedBefore                // the service fails without carrying it out
	failedAfter                 // the service carries it out and then reports a failure
	halfFailed                  // the service accepts some entries of a batch
	diedBefore                  // the task is killed before the request
	diedAfter                   // the task is killed between the effect and the answer
	requestOutcomes
)

var requestOutcomeNames = [requestOutcomes]string{
	"answered", "throttled", "unreachable", "carried out, answer lost", "failed", "carried out, told that it failed",
	"half failed", "killed before it", "killed after it",
}

// meet applies the outcome to the task's request and resumes the task.
func (s *Simulation) meet(t *task, f requestOutcome) {
	c := t.waiting
	s.acting = t
	defer func() { s.acting = nil }()
	operation := operationOf(c.request)
	if f == halfFailed && !isBatch(operation) {
		f = failedBefore
	}
	s.printf("%s: %s %s", t.name, operation, requestOutcomeNames[f])
	s.happened("request " + requestOutcomeNames[f])
	s.recordRequest(t, operation, c.body, f != answered)
	if t.write != nil {
		t.write.Read = t.write.Read || f == answered && operation == getItem
		t.write.Disturbed = t.write.Disturbed || f != answered
	}
	switch f {
	case answered:
		c.response = s.carryOut(c.request, s.delayed(operation, c.body))
		s.conflict(t, c.body, c.response)
	case throttled:
		c.response = refusal(c.request, throttleCode(operation), http.StatusBadRequest)
	case unreachable:
		c.err = errConnection
	case answerLost:
		s.carryOut(c.request, c.body)
		c.err = errConnection
	case failedBefore:
		c.response = refusal(c.request, "InternalServerError", http.StatusInternalServerError)
	case failedAfter:
		s.carryOut(c.request, c.body)
		c.response = refusal(c.request, "InternalServerError", http.StatusInternalServerError)
	case halfFailed:
		c.response = s.half(t, operation, c)
	case diedBefore:
		s.kill(t)
		return
	case diedAfter:
		s.carryOut(c.request, c.body)
		s.kill(t)
		return
	}
	s.resume(t)
}

func operationOf(r *http.Request) string { return r.Header.Get("X-Amz-Target") }

func throttleCode(operation string) string {
	switch {
	case strings.HasPrefix(operation, "DynamoDB"):
		return "ProvisionedThroughputExceededException"
	case strings.HasPrefix(operation, "AmazonSQS"):
		return "RequestThrottled"
	}
	return "ThrottlingException"
}

func refusal(r *http.Request, code string, status int) *http.Response {
	return answer(r, status, map[string]any{"__type": code, "message": "by decision of the simulation"})
}

func answer(r *http.Request, status int, body any) *http.Response {
	text, err := json.Marshal(body)
	if err != nil {
		panic("sim: an answer of plain fields: " + err.Error())
	}
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {r.Header.Get("Content-Type")}},
		Body:   io.NopCloser(bytes.NewReader(text)), ContentLength: int64(len(text)), Request: r,
	}
}
