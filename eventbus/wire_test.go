package eventbus_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/eventbus"
)

// An entry is one of a PutEvents request as it is on the wire.
type entry struct {
	EventBusName, Source, DetailType, Detail string
	Time                                     *float64
	TraceHeader                              string
}

// A wire answers the SDK's requests by its steps, the last one over and over.
type wire struct {
	t        *testing.T
	steps    []step
	requests [][]entry
}

// A step answers one request: a status and a JSON body, or an error of the
// transport.
type step func(entries []entry) (status int, body string, err error)

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if target := r.Header.Get("X-Amz-Target"); target != "AWSEvents.PutEvents" {
		w.t.Errorf("operation %q", target)
	}
	var in struct{ Entries []entry }
	if err := json.UnmarshalRead(r.Body, &in, json.RejectUnknownMembers(true)); err != nil {
		w.t.Error(err)
	}
	w.requests = append(w.requests, in.Entries)
	s := w.steps[0]
	if len(w.steps) > 1 {
		w.steps = w.steps[1:]
	}
	status, body, err := s(in.Entries)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: status, Request: r, ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(body)),
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
		Body:   io.NopCloser(strings.NewReader(body)),
	}, nil
}

// bus is a Bus over the real client with its default settings.
func (w *wire) bus() *eventbus.Bus {
	return eventbus.New(clientOver(w), "bus-name", eventbus.WithRetry(eventbus.Retry{Attempts: 3, Cap: time.Nanosecond}))
}

// sizes are the numbers of entries of each request.
func (w *wire) sizes() []int {
	var n []int
	for _, r := range w.requests {
		n = append(n, len(r))
	}
	return n
}

// results answers by one code per entry; "" is taken.
func results(codes ...string) step {
	return func([]entry) (int, string, error) {
		var parts []string
		failed := 0
		for _, code := range codes {
			part := `{"EventId":"e"}`
			if code != "" {
				failed++
				part = `{"ErrorCode":"` + code + `","ErrorMessage":"because"}`
			}
			parts = append(parts, part)
		}
		body, err := json.Marshal(failed)
		return 200, `{"FailedEntryCount":` + string(body) + `,"Entries":[` + strings.Join(parts, ",") + `]}`, err
	}
}

func takeAll(entries []entry) (int, string, error) {
	return results(make([]string, len(entries))...)(entries)
}

func refuse(status int, code string) step {
	return func([]entry) (int, string, error) {
		return status, `{"__type":"` + code + `","message":"because"}`, nil
	}
}

func answer(body string) step {
	return func([]entry) (int, string, error) { return 200, body, nil }
}

func fail(err error) step {
	return func([]entry) (int, string, error) { return 0, "", err }
}

var (
	noConnection = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	lostAnswer   = &net.OpError{Op: "read", Net: "tcp", Err: errors.New("connection reset by peer")}
)
