package localrun

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/events"
)

// A collector keeps the names of the spans that it is sent, by their trace.
type collector struct {
	mu    sync.Mutex
	spans map[string][]string
	text  strings.Builder
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var in struct {
		ResourceSpans []struct {
			ScopeSpans []struct {
				Spans []struct {
					TraceID string `json:"traceId"`
					Name    string `json:"name"`
				} `json:"spans"`
			} `json:"scopeSpans"`
		} `json:"resourceSpans"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.text.Write(body)
	for _, resource := range in.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			for _, span := range scope.Spans {
				c.spans[span.TraceID] = append(c.spans[span.TraceID], span.Name)
			}
		}
	}
}

// A written output can be read while others write it.
type written struct {
	mu sync.Mutex
	bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Buffer.Write(p)
}

// A running dev tells the way of a change, and exports it in the bot's trace.
func TestADevTellsTheWayOfAChange(t *testing.T) {
	t.Parallel()
	spans := &collector{spans: map[string][]string{}}
	server := httptest.NewServer(spans)
	defer server.Close()
	out := &written{}
	r := newRun(RunOptions{Out: out}, nil)
	var err error
	if r.trails, err = newTrails(server.URL, "dev", func(line string) { t.Error(line) }); err != nil {
		t.Fatal(err)
	}
	env, err := Start(t.Context(), Options{Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Observe: r.observe, Trace: r.trails})
	if err != nil {
		t.Fatal(err)
	}
	r.env = env
	r.begin(0)
	c := events.PreferenceChange{
		ID: events.NewClock().Next(), UserID: "secret-user", Preferences: events.Preferences{"tone": events.Text("secret-value")},
		Traceparent: "00-6a1b2c3d4e5f60718293a4b5c6d7e8f9-00f067aa0ba902b7-01",
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, e := range bus(env).Send(ctx, []events.Envelope{events.ChangeEnvelope("bot", &c, time.Now())}) {
		if e != nil {
			t.Fatal(e)
		}
	}
	if err := env.Quiet(ctx); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	addr := strings.TrimPrefix(env.AWSURL, "http://")
	if err := PrintTrace(ctx, &text, addr, c.ID.String()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"of secret-user: tone", "the bot's 00-6a1b2c3d", "stored as revision", "announced revision", "outcome  announced"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("does not say %q:\n%s", want, &text)
		}
	}
	checkTraceJSON(t, addr, c.ID.String())
	if err := PrintTrace(ctx, &text, addr, "x"); err == nil || !strings.Contains(err.Error(), `knows no change "x"`) || !strings.Contains(err.Error(), c.ID.String()) {
		t.Errorf("of a change that is not known: %v", err)
	}
	if err := PrintTrace(ctx, &text, strings.TrimPrefix(env.APIURL, "http://"), "x"); err == nil || !strings.Contains(err.Error(), "is not botprefs dev") {
		t.Errorf("asked at the HTTP API: %v", err)
	}
	r.stop(env)
	spans.mu.Lock()
	defer spans.mu.Unlock()
	if names := spans.spans["6a1b2c3d4e5f60718293a4b5c6d7e8f9"]; len(names) != 6 || spans.spans[hex.EncodeToString(c.ID[:])] != nil {
		t.Errorf("spans of the bot's trace: %q", names)
	}
	if strings.Contains(spans.text.String(), "secret") {
		t.Errorf("exported: %s", &spans.text)
	}
}

// checkTraceJSON asks for a change that was announced as JSON.
func checkTraceJSON(t *testing.T, addr, id string) {
	t.Helper()
	b, err := TraceJSON(t.Context(), addr, id)
	var told struct {
		EventID  string `json:"event_id"`
		Outcome  string `json:"outcome"`
		Sendings []struct {
			Hops []struct {
				Hop string `json:"hop"`
			} `json:"hops"`
		} `json:"sendings"`
	}
	if err != nil || json.Unmarshal(b, &told) != nil || told.EventID != id || told.Outcome != "announced" || len(told.Sendings) != 1 || told.Sendings[0].Hops[0].Hop != "publish" {
		t.Errorf("as JSON: %v\n%s", err, b)
	}
	if _, err := TraceJSON(t.Context(), addr, "x"); err == nil || !strings.Contains(err.Error(), `knows no change "x"`) {
		t.Errorf("as JSON, of a change that is not known: %v", err)
	}
}

func TestTraceOptionsThatCannotWork(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:0": "must be its address", "nowhere": "must be its address", "127.0.0.1:1": "is botprefs dev running?",
	} {
		if err := PrintTrace(t.Context(), io.Discard, addr, "x"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", addr, err)
		}
	}
	var out bytes.Buffer
	o := options(&out)
	o.OTLP = "127.0.0.1:4318"
	if err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "--otlp: ") || out.Len() > 0 {
		t.Errorf("%v; it said %q", err, &out)
	}
}

func TestATraceBeforeTheStartIsTold(t *testing.T) {
	server := httptest.NewServer(&trails{})
	defer server.Close()
	err := PrintTrace(t.Context(), io.Discard, strings.TrimPrefix(server.URL, "http://"), "x")
	if err == nil || err.Error() != "dev is starting" {
		t.Error(err)
	}
}
