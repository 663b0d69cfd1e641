package otlp

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"context"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func example(n byte) Span {
	return Span{
		Service: "apply", Trace: TraceID{15: n}, ID: SpanID{7: n}, Parent: SpanID{7: 0xab}, Remote: true,
		Name: "process changes", Kind: Consumer, Start: noon, End: noon.Add(1500 * time.Microsecond),
		Attributes: []Attribute{Text("messaging.system", "aws_sqs"), Count("messaging.batch.message_count", 3)},
		Links:      []Link{{TraceID{0: 1, 15: 2}, SpanID{7: 3}}}, Failed: "it broke",
	}
}

func TestEncoding(t *testing.T) {
	root := example(2)
	root.Service, root.Parent, root.Remote, root.Failed, root.Links, root.End = "bus", SpanID{}, false, "", nil, noon.Add(-time.Hour)
	text, err := encode([]Span{example(1), root}, []Attribute{Text("deployment.environment.name", "dev")})
	if err != nil {
		t.Fatal(err)
	}
	got := jsontext.Value(text)
	_ = got.Indent()
	want := `{
	"resourceSpans": [
		{
			"resource": {"attributes": [
				{"key": "service.name", "value": {"stringValue": "apply"}},
				{"key": "deployment.environment.name", "value": {"stringValue": "dev"}}
			]},
			"scopeSpans": [{
				"scope": {"name": "botprefs dev"},
				"spans": [{
					"traceId": "00000000000000000000000000000001",
					"spanId": "0000000000000001",
					"parentSpanId": "00000000000000ab",
					"flags": 769,
					"name": "process changes",
					"kind": 5,
					"startTimeUnixNano": "1796126400000000000",
					"endTimeUnixNano": "1796126400001500000",
					"attributes": [
						{"key": "messaging.system", "value": {"stringValue": "aws_sqs"}},
						{"key": "messaging.batch.message_count", "value": {"intValue": "3"}}
					],
					"links": [{"traceId": "01000000000000000000000000000002", "spanId": "0000000000000003"}],
					"status": {"code": 2, "message": "it broke"}
				}],
				"schemaUrl": "https://opentelemetry.io/schemas/1.37.0"
			}]
		},
		{
			"resource": {"attributes": [
				{"key": "service.name", "value": {"stringValue": "bus"}},
				{"key": "deployment.environment.name", "value": {"stringValue": "dev"}}
			]},
			"scopeSpans": [{
				"scope": {"name": "botprefs dev"},
				"spans": [{
					"traceId": "00000000000000000000000000000002",
					"spanId": "0000000000000002",
					"flags": 257,
					"name": "process changes",
					"kind": 5,
					"startTimeUnixNano": "1796126400000000000",
					"endTimeUnixNano": "1796126400000000000",
					"attributes": [
						{"key": "messaging.system", "value": {"stringValue": "aws_sqs"}},
						{"key": "messaging.batch.message_count", "value": {"intValue": "3"}}
					]
				}],
				"schemaUrl": "https://opentelemetry.io/schemas/1.37.0"
			}]
		}
	]
}`
	expected := jsontext.Value(want)
	if err := expected.Indent(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(expected), string(got)); diff != "" {
		t.Error(diff)
	}
}

// A step is an answer of a collector, or none.
type step struct {
	status     int
	body       string
	retryAfter string
	silent     bool
}

// A collector answers by its steps, the last one over and over.
type collector struct {
	mu    sync.Mutex
	steps []step
	spans []int // of each request
	warns []string
}

var silent = step{silent: true}

var errRefused = errors.New("connect: connection refused")

func (c *collector) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if r.URL.String() != "http://collector:4318/v1/traces" || r.Header.Get("Content-Type") != "application/json" {
		panic(fmt.Sprint(r.URL, r.Header))
	}
	c.spans = append(c.spans, strings.Count(string(body), `"spanId"`))
	now := c.steps[0]
	if len(c.steps) > 1 {
		c.steps = c.steps[1:]
	}
	if now.silent {
		return nil, errRefused
	}
	h := http.Header{"Retry-After": {now.retryAfter}}
	return &http.Response{StatusCode: now.status, Header: h, Body: io.NopCloser(strings.NewReader(now.body))}, nil
}

func (c *collector) warn(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.warns = append(c.warns, line)
}

// run exports n spans, lets time pass and ends.
func (c *collector) run(t *testing.T, n int, pass time.Duration) {
	t.Helper()
	e, err := New(Options{URL: "http://collector:4318", Warn: c.warn, Transport: c})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); e.Run(ctx) }()
	for i := range n {
		s := example(byte(i))
		s.Links = nil
		e.Export(s)
	}
	time.Sleep(pass)
	synctest.Wait()
	cancel()
	<-ended
}

func TestExport(t *testing.T) {
	ok := step{status: 200, body: `{}`}
	for name, test := range map[string]struct {
		steps []step
		n     int
		pass  time.Duration
		spans []int
		warns []string
	}{
		"a batch after a second":     {[]step{ok}, 3, 1001 * time.Millisecond, []int{3}, nil},
		"the rest at the end":        {[]step{ok}, 3, 0, []int{3}, nil},
		"a full batch at once":       {[]step{ok}, 600, 10 * time.Millisecond, []int{512, 88}, nil},
		"an answer without a body":   {[]step{{status: 202, body: ``}}, 1, 2 * time.Second, []int{1}, nil},
		"refused for good":           {[]step{{status: 404, body: `no`}}, 2, 5 * time.Second, []int{2}, []string{"traces: http://collector:4318/v1/traces answers 404: is it a collector of OTLP over HTTP?; at most 8192 spans wait for it, more are lost", "traces: http://collector:4318/v1/traces did not take 2 spans"}},
		"away, and back":             {[]step{silent, silent, ok}, 2, 10 * time.Second, []int{2, 2, 2}, []string{"traces: http://collector:4318/v1/traces does not answer (connect: connection refused); at most 8192 spans wait for it, more are lost", "traces: http://collector:4318/v1/traces takes spans; 0 were lost"}},
		"away until the end":         {[]step{silent}, 2, 2500 * time.Millisecond, []int{2, 2, 2}, []string{"traces: http://collector:4318/v1/traces does not answer (connect: connection refused); at most 8192 spans wait for it, more are lost", "traces: http://collector:4318/v1/traces did not take 2 spans"}},
		"busy, and says how long":    {[]step{{status: 503, body: ``, retryAfter: "7"}, ok}, 1, 7 * time.Second, []int{1, 1}, []string{"traces: http://collector:4318/v1/traces answers 503; at most 8192 spans wait for it, more are lost", "traces: http://collector:4318/v1/traces takes spans; 0 were lost"}},
		"some of the spans refused":  {[]step{{status: 200, body: `{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}`}}, 3, 2 * time.Second, []int{3}, []string{`traces: http://collector:4318/v1/traces refuses 2 spans: "too old"`}},
		"refused, written as number": {[]step{{status: 200, body: `{"partialSuccess":{"rejectedSpans":1}}`}}, 3, 2 * time.Second, []int{3}, []string{`traces: http://collector:4318/v1/traces refuses 1 spans: ""`}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &collector{steps: test.steps}
				c.run(t, test.n, test.pass)
				if diff := cmp.Diff(test.spans, c.spans); diff != "" {
					t.Errorf("requests:\n%s", diff)
				}
				if diff := cmp.Diff(test.warns, c.warns); diff != "" {
					t.Errorf("warnings:\n%s", diff)
				}
			})
		})
	}
}

// Whatever the collector does, handing over spans neither waits nor grows without
// bound, and the end comes soon.
func TestNothingWaitsForTheCollector(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &collector{}
		hanging := roundTripper(func(r *http.Request) (*http.Response, error) {
			select {
			case <-r.Context().Done():
				return nil, r.Context().Err()
			case <-time.After(time.Hour):
				return nil, errRefused
			}
		})
		e, err := New(Options{URL: "https://collector/", Warn: c.warn, Transport: hanging})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); e.Run(ctx) }()
		start := time.Now()
		for range 3 * maxWaiting {
			e.Export(Span{})
		}
		if time.Since(start) != 0 || len(e.waiting) > maxWaiting || e.lost.Load() == 0 {
			t.Errorf("took %s; %d wait, %d are lost", time.Since(start), len(e.waiting), e.lost.Load())
		}
		time.Sleep(time.Second + time.Millisecond)
		start = time.Now()
		cancel()
		<-ended
		if took := time.Since(start); took > lastCall {
			t.Errorf("the end took %s", took)
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A real server gets what encode wrote, at the path that its URL names.
func TestOverHTTP(t *testing.T) {
	for path, want := range map[string]string{"": "/v1/traces", "/": "/v1/traces", "/otlp/v1/traces": "/otlp/v1/traces"} {
		got := make(chan string, 1)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var in struct {
				ResourceSpans []jsontext.Value `json:"resourceSpans"`
			}
			err := json.UnmarshalRead(r.Body, &in)
			got <- fmt.Sprint(r.Method, " ", r.URL.Path, " ", len(in.ResourceSpans), " ", err)
		}))
		e, err := New(Options{URL: server.URL + path, Warn: func(line string) { t.Error(line) }})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		e.Export(example(1))
		e.Run(ctx)
		if text := <-got; text != "POST "+want+" 1 <nil>" {
			t.Errorf("%q: %s", path, text)
		}
		server.Close()
	}
}

func TestURLs(t *testing.T) {
	for _, bad := range []string{"", "collector", "127.0.0.1:4318", "grpc://collector:4317", "http://", "http://:4318", "%"} {
		if _, err := New(Options{URL: bad}); err == nil {
			t.Errorf("%q is taken for a URL", bad)
		}
	}
}
