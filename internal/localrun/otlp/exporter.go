package otlp

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

const (
	maxWaiting = 8192            // spans that wait; more are left out
	maxBatch   = 512             // spans in one request
	batchEvery = time.Second     // how long a span waits for others
	patience   = 5 * time.Second // for the answer to one request
	lastCall   = 2 * time.Second // for everything that waits at the end
	firstPause = time.Second     // before a request is tried again
	longPause  = 30 * time.Second
)

// Options say where spans go.
type Options struct {
	// URL is that of a collector, such as http://127.0.0.1:4318. A path is kept;
	// without one it is /v1/traces.
	URL string
	// Resource are attributes of every resource beside service.name.
	Resource []Attribute
	// Warn receives a line when spans begin to be lost, when they no longer are, and at
	// the end how many were lost.
	Warn func(string)
	// Transport makes the requests; nil: http.DefaultTransport.
	Transport http.RoundTripper
}

// An Exporter sends spans to a collector. Safe for concurrent use.
type Exporter struct {
	options Options
	url     string
	client  *http.Client
	waiting chan Span
	lost    atomic.Int64 // since the last request that was taken
	failing bool         // the last request was not taken, and Warn was told
}

// New makes an Exporter, which does nothing until it is Run. The error is about the
// URL.
func New(o Options) (*Exporter, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("%q is not the URL of an OTLP collector, such as http://127.0.0.1:4318", o.URL)
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/v1/traces"
	}
	return &Exporter{
		options: o, url: u.String(), client: &http.Client{Transport: o.Transport, Timeout: patience},
		waiting: make(chan Span, maxWaiting),
	}, nil
}

// Export hands a span over. It never blocks: if too many wait, the span is lost.
func (e *Exporter) Export(s Span) {
	select {
	case e.waiting <- s:
	default:
		e.lost.Add(1)
	}
}

// Run sends spans until ctx ends, and then what is left, for two seconds at most.
func (e *Exporter) Run(ctx context.Context) {
	requests, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(lastCall, cancel) })
	defer stop()
	for ctx.Err() == nil {
		if batch := e.collect(ctx); len(batch) > 0 {
			e.insist(ctx, requests, batch)
		}
	}
	for batch := e.rest(nil); len(batch) > 0; batch = e.rest(nil) {
		e.lastTry(requests, batch)
	}
	if n := e.lost.Load(); n > 0 {
		e.options.Warn(fmt.Sprintf("traces: %s did not take %d spans", e.url, n))
	}
}

func (e *Exporter) lastTry(requests context.Context, batch []Span) {
	if requests.Err() != nil {
		e.lost.Add(int64(len(batch)))
		return
	}
	if again, _ := e.once(requests, batch); again {
		e.lost.Add(int64(len(batch)))
	}
}

// collect waits for spans: until a batch is full, until its first span has waited for
// long enough, or until ctx ends.
func (e *Exporter) collect(ctx context.Context) []Span {
	var batch []Span
	select {
	case s := <-e.waiting:
		batch = append(batch, s)
	case <-ctx.Done():
		return nil
	}
	timer := time.NewTimer(batchEvery)
	defer timer.Stop()
	for len(batch) < maxBatch {
		select {
		case s := <-e.waiting:
			batch = append(batch, s)
		case <-timer.C:
			return batch
		case <-ctx.Done():
			return e.rest(batch)
		}
	}
	return batch
}

// rest fills a batch with what waits already.
func (e *Exporter) rest(batch []Span) []Span {
	for len(batch) < maxBatch {
		select {
		case s := <-e.waiting:
			batch = append(batch, s)
		default:
			return batch
		}
	}
	return batch
}

// insist sends a batch until it is taken, refused for good, or ctx ends: then it tries
// once more. requests is the context of the requests, which lasts a little longer.
func (e *Exporter) insist(ctx, requests context.Context, batch []Span) {
	for pause := firstPause; ; pause = min(2*pause, longPause) {
		if ctx.Err() != nil {
			e.lastTry(requests, batch)
			return
		}
		again, after := e.once(requests, batch)
		if !again {
			return
		}
		timer := time.NewTimer(max(pause, min(after, longPause)))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}
