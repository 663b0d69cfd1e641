package httpapi_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/bot-preferences/bot-preferences/internal/lab/routetest"
)

const (
	ofCaller = "00-6a1b2c3d4e5f60718293a4b5c6d7e8f9-00f067aa0ba902b7-01"
	ofLambda = "00-6a1b2c3d4e5f60718293a4b5c6d7e8f9-53995c3f42cd8ad8-01"
	ofBody   = "00-11111111111111111111111111111111-2222222222222222-00"

	recorded = "Root=1-6a1b2c3d-4e5f60718293a4b5c6d7e8f9;Parent=53995c3f42cd8ad8;Sampled=1"
	gateways = "Root=1-6a1b2c3d-4e5f60718293a4b5c6d7e8f9"
)

func TestWritesCarryTheTraceOfTheirRequest(t *testing.T) {
	const body = `{"n":1}`
	for name, tt := range map[string]struct {
		request httpapi.Request
		lambda  string // the invocation's header
		want    string
	}{
		"none":                                  {request("PATCH", "u1", "", body), "", ""},
		"the caller's":                          {request("PATCH", "u1", "", body, "traceparent", ofCaller), "", ofCaller},
		"the caller's, before that of Lambda":   {request("PUT", "u1", "", body, "Traceparent", ofCaller), recorded, ofCaller},
		"an invalid one, and that of Lambda":    {request("DELETE", "u1", "", "", "traceparent", "x"), recorded, ofLambda},
		"that of a header of X-Ray":             {request("PATCH", "u1", "", body, "x-amzn-trace-id", recorded), "", ofLambda},
		"API Gateway's, which nobody records":   {request("PATCH", "u1", "", body, "x-amzn-trace-id", gateways), gateways + ";Parent=53995c3f42cd8ad8;Sampled=0", ""},
		"the change's own, before all others":   {request("POST", "", "", `{"user_id":"u1","preferences":{"n":1},"traceparent":"`+ofBody+`"}`, "traceparent", ofCaller), recorded, ofBody},
		"an invalid one within the change":      {request("POST", "", "", `{"user_id":"u1","preferences":{"n":1},"traceparent":7}`, "traceparent", ofCaller), "", ofCaller},
		"two headers, which is as good as none": {request("PATCH", "u1", "", body, "traceparent", ofCaller+","+ofCaller), "", ""},
	} {
		r := &routetest.Route{}
		ctx := context.WithValue(t.Context(), "x-amzn-trace-id", tt.lambda) //nolint:staticcheck // aws-lambda-go's own key
		w := newWriter(t, r, &profiles{})
		var log bytes.Buffer
		w.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		handle := w.Update
		if tt.request.RequestContext.HTTP.Method == "DELETE" {
			handle = w.Delete
		}
		got, err := handle(ctx, tt.request)
		if err != nil || got.StatusCode != 202 {
			t.Errorf("%s: %d %s, %v", name, got.StatusCode, got.Body, err)
			continue
		}
		if c := r.Changes(t)[0]; c.Traceparent != tt.want {
			t.Errorf("%s: %q, want %q", name, c.Traceparent, tt.want)
		}
		if _, id, found := strings.Cut(log.String(), "trace_id="); found != (tt.want != "") || found && !strings.HasPrefix(id, tt.want[3:35]+" ") {
			t.Errorf("%s: the log says %s", name, &log)
		}
	}
}

// A body at the limit is accepted without the trace that would make it too large.
func TestATraceNeverRefusesAWrite(t *testing.T) {
	frame := `{"id":"` + routetest.At(start).String() + `","user_id":"u1","preferences":{},"version":1}`
	var members []string
	rest := 128<<10 - len(frame) + len(`,`)
	for key := 'a'; rest > 0; key++ {
		n := min(rest, 15<<10)
		members = append(members, `"`+string(key)+`":"`+strings.Repeat("x", n-len(`"a":"",`))+`"`)
		rest -= n
	}
	body := strings.Replace(frame, "{}", "{"+strings.Join(members, ",")+"}", 1)
	r := &routetest.Route{}
	got, err := newWriter(t, r, &profiles{}).Update(t.Context(), request("POST", "", "", body, "traceparent", ofCaller))
	if err != nil || got.StatusCode != 202 || len(body) != 128<<10 || r.Changes(t)[0].Traceparent != "" {
		t.Errorf("%d bytes: %d %s, %v", len(body), got.StatusCode, got.Body, err)
	}
}
