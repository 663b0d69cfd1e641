package localrun

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/localrun/otlp"
	"github.com/bot-preferences/bot-preferences/internal/localrun/trail"
)

// tracePath is where a running dev answers for the way of a change, at its AWS endpoint.
const tracePath = "/_botprefs/trace/"

// devHeader tells an answer of dev from that of any other server at its address.
const devHeader = "Botprefs-Dev"

// trails remember the way of each change, and export it. Until begin they do nothing.
type trails struct {
	recorder atomic.Pointer[trail.Recorder]
	exporter *otlp.Exporter // nil: nobody collects spans
	ended    chan struct{}  // closed when the exporter has
	stop     context.CancelFunc
}

// newTrails makes trails. collector is a URL; empty: none. warn receives a line when
// spans are lost.
func newTrails(collector, stageName string, warn func(string)) (*trails, error) {
	t := &trails{}
	if collector == "" {
		return t, nil
	}
	e, err := otlp.New(otlp.Options{URL: collector, Warn: warn, Resource: []otlp.Attribute{
		otlp.Text("service.namespace", "bot-preferences"), otlp.Text("deployment.environment.name", stageName),
	}})
	if err != nil {
		return nil, fmt.Errorf("--otlp: %w", err)
	}
	t.exporter = e
	return t, nil
}

// begin follows the changes of an environment from now on.
func (t *trails) begin(env *Environment) {
	var export func(otlp.Span)
	if t.exporter != nil {
		export = t.exporter.Export
		ctx, cancel := context.WithCancel(context.Background())
		t.stop, t.ended = cancel, make(chan struct{})
		go func() { defer close(t.ended); t.exporter.Run(ctx) }()
	}
	t.recorder.Store(trail.New(trailNames(env), time.Now, export))
}

// end sends what waits, for two seconds at most.
func (t *trails) end() {
	if t.stop != nil {
		t.stop()
		<-t.ended
	}
}

func (t *trails) observe(f world.Fact) {
	if r := t.recorder.Load(); r != nil {
		r.Observe(f)
	}
}

func trailNames(env *Environment) trail.Names {
	n := namesOf(env.Stack)
	names := trail.Names{
		Changes: n.changes, Letters: n.deadLetter, Unannounced: unannounced(env.Stack), Table: env.Stack.Tables[0].Name,
		Endpoints: map[string]string{}, StackID: env.Stack.Functions[0].Environment["STACK_ID"],
	}
	for _, s := range env.Services {
		for _, d := range s.Destinations {
			names.Endpoints[d.ARN] = d.Name
		}
	}
	return names
}

// unannounced is the dead-letter queue of the announcements.
func unannounced(s *stack.Stack) string {
	for _, m := range s.StreamMappings {
		if m.Function == republishFunction {
			return m.OnFailureARN[strings.LastIndexByte(m.OnFailureARN, ':')+1:]
		}
	}
	return ""
}

// fewChanges is how many changes are listed to somebody who asks for one that is not
// known.
const fewChanges = 5

// asJSON is the query with which dev answers for a change as JSON.
const asJSON = "output=json"

// ServeHTTP answers with the way of a change as text, or as JSON.
func (t *trails) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(devHeader, "trace")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	recorder := t.recorder.Load()
	if recorder == nil {
		http.Error(w, "dev is starting", http.StatusServiceUnavailable)
		return
	}
	id := strings.TrimPrefix(r.URL.Path, tracePath)
	var text strings.Builder
	err := recorder.Print(&text, id)
	if r.URL.RawQuery == asJSON && err == nil {
		var b []byte
		b, err = recorder.AppendJSON(nil, id)
		w.Header().Set("Content-Type", "application/json")
		text.Reset()
		text.Write(b)
	}
	if err != nil {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprintf(&text, "dev knows no change %q; it remembers the last %d since its start", id, trail.Kept)
		if latest := recorder.Latest(fewChanges); len(latest) > 0 {
			text.WriteString(". The latest are\n  " + strings.Join(latest, "\n  "))
		}
	}
	_, _ = io.WriteString(w, text.String()) // the client is gone
}

// PrintTrace asks a dev that runs for the way of a change, and prints it. addr is that of
// its AWS endpoint. The error says what to do.
func PrintTrace(ctx context.Context, w io.Writer, addr, id string) error {
	text, err := askTrace(ctx, addr, id, "")
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

// TraceJSON is PrintTrace as JSON; see trail.Recorder.AppendJSON.
func TraceJSON(ctx context.Context, addr, id string) ([]byte, error) {
	return askTrace(ctx, addr, id, "?"+asJSON)
}

func askTrace(ctx context.Context, addr, id, query string) ([]byte, error) {
	if _, port, err := net.SplitHostPort(addr); err != nil || port == "0" {
		return nil, fmt.Errorf("--aws-addr %q: --trace asks a dev that runs, so this must be its address, such as 127.0.0.1:4566", addr)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+tracePath+url.PathEscape(id)+query, nil)
	if err != nil {
		return nil, fmt.Errorf("--trace %q: %w", id, err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, fmt.Errorf("nothing answers at %s: is botprefs dev running? --aws-addr names the address of its AWS endpoint: %w", addr, unwrapped(err))
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return nil, err
	case answer.Header.Get(devHeader) == "":
		return nil, fmt.Errorf("what answers at %s is not botprefs dev, or an older one", addr)
	case answer.StatusCode != http.StatusOK:
		return nil, errors.New(strings.TrimSpace(string(text)))
	}
	return text, nil
}

// unwrapped is an error of an HTTP client without the method and the URL.
func unwrapped(err error) error {
	if failure, ok := errors.AsType[*url.Error](err); ok {
		return failure.Err
	}
	return err
}

// stageOf is the name of the stage that is run.
func stageOf(o *Options) string { return cmp.Or(o.Stage, "dev") }
