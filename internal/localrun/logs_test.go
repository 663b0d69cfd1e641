package localrun

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/emf"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// observed is what a run says and does: every line of its functions, and every event.
type observed struct {
	mu      sync.Mutex
	lines   []runtime.Line
	changes []eventbridge.Event
	taken   int // announcements
}

func (o *observed) line(l runtime.Line) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lines = append(o.lines, l)
}

func (o *observed) fact(f world.Fact) {
	put, ok := f.(eventbridge.Put)
	if !ok {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if put.Event.DetailType == events.DetailTypeUpdated {
		o.taken++
	} else {
		o.changes = append(o.changes, put.Event)
	}
}

// The sample and some requests over HTTP run with all log lines that there are. No line
// shows a user id, a conversation id or a value of anybody. The functions that touched a
// change have its id and the hash of its user in a line, and the metrics add up.
func TestNoLogLineShowsAPerson(t *testing.T) {
	var out bytes.Buffer
	var seen observed
	r := newRun(RunOptions{Out: &out}, nil)
	env, err := Start(t.Context(), Options{
		Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Params: []string{"logLevel=DEBUG"},
		Extra: []string{botFolder, skillFolder}, Output: func(l runtime.Line) { seen.line(l); r.log(l) },
		Observe: func(f world.Fact) { seen.fact(f); r.observe(f) },
	})
	if err != nil {
		t.Fatal(err)
	}
	env.Do(func(*cloud) { r.env = env })
	r.begin(0)
	if err := r.play(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	requestOverHTTP(t, env)
	quiet(t, env, patience)
	r.stop(env) // the last lines are there once the processes are gone
	seen.checkSecrets(t)
	seen.checkSubjects(t, env.Stack.ID)
	seen.checkMetrics(t)
	if strings.Contains(out.String(), "_aws") {
		t.Errorf("dev shows metrics without --logs:\n%s", &out)
	}
}

// Secrets that only the requests over HTTP have. Those of the sample are in its events.
const httpUser, httpValue, httpConversation = "web:anna.secret", "confidential tone", "conversation-77"

// httpTrace is their trace.
const httpTrace = "6a1b2c3d4e5f60718293a4b5c6d7e8f9"

func requestOverHTTP(t *testing.T, env *Environment) {
	t.Helper()
	for _, request := range []struct {
		method, query, body string
		status              int
	}{
		{"PATCH", "?user_id=" + httpUser, `{"tone":"` + httpValue + `"}`, 200},
		{"POST", "", `{"user_id":"` + httpUser + `","conversation_id":"` + httpConversation + `","preferences":{"tone":"` + httpValue + `"}}`, 200},
		{"PUT", "?user_id=" + httpUser, `{"` + strings.Repeat("k", 65) + `":"` + httpValue + `"}`, 400},
		{"POST", "", `{"user_id":"` + httpUser + `","preferences":"` + httpValue + `"}`, 400},
		{"POST", "", `{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","user_id":"` + httpUser + `","preferences":{"tone":"` + httpValue + `"}}`, 400},
		{"GET", "?user_id=" + httpUser, "", 200},
		{"GET", "?user_id=" + httpUser + "&keys=to%20ne", "", 400},
		{"DELETE", "?user_id=" + httpUser, "", 200},
	} {
		r, err := http.NewRequestWithContext(t.Context(), request.method, env.APIURL+"/preferences"+request.query, strings.NewReader(request.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Prefer", "wait=10")
		r.Header.Set("traceparent", "00-"+httpTrace+"-00f067aa0ba902b7-01")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if response.Body.Close(); response.StatusCode != request.status {
			t.Errorf("%s %s is answered %d", request.method, request.query, response.StatusCode)
		}
	}
}

// secrets are the user ids, conversation ids and values of all changes.
func (o *observed) secrets() map[string]bool {
	all := map[string]bool{httpUser: true, httpValue: true, httpConversation: true}
	for _, e := range o.changes {
		var detail struct {
			User         string         `json:"user_id"`
			Conversation string         `json:"conversation_id"`
			Preferences  map[string]any `json:"preferences"`
		}
		_ = json.Unmarshal([]byte(e.Detail), &detail) // what cannot be read has been read in part
		all[detail.User], all[detail.Conversation] = true, true
		for _, value := range detail.Preferences {
			gather(value, all)
		}
	}
	delete(all, "")
	return all
}

// gather collects the texts in a value.
func gather(value any, into map[string]bool) {
	switch v := value.(type) {
	case string:
		into[v] = true
	case []any:
		for _, element := range v {
			gather(element, into)
		}
	case map[string]any:
		for _, member := range v {
			gather(member, into)
		}
	}
}

func (o *observed) checkSecrets(t *testing.T) {
	t.Helper()
	secrets := o.secrets()
	if len(secrets) < 20 {
		t.Errorf("only %d secrets", len(secrets))
	}
	functions := map[string]bool{}
	for _, line := range o.lines {
		functions[line.Function] = true
		for secret := range secrets {
			if shows(line.Text, secret) {
				t.Errorf("%s shows %q: %s", line.Function, secret, line.Text)
			}
		}
	}
	if len(functions) != 5 {
		t.Errorf("lines of %v", functions)
	}
}

// shows looks for a short text only where it is the whole of a JSON string.
func shows(line, secret string) bool {
	if len(secret) > 4 {
		return strings.Contains(line, secret)
	}
	return strings.Contains(line, `"`+secret+`"`) || strings.Contains(line, `"`+secret+`\"`)
}

// checkSubjects looks for the lines of every change.
func (o *observed) checkSubjects(t *testing.T, stackID string) {
	t.Helper()
	checked := 0
	for _, e := range o.changes {
		c, err := events.DecodeChange(e.Envelope())
		if err != nil {
			continue
		}
		checked++
		fields := `"event_id":"` + c.ID.String() + `","user_hash":"` + telemetry.UserHash(stackID, c.UserID) + `"`
		functions := o.functionsWith(fields)
		if !functions["applyPreferenceChanges"] || !functions["republishPreferences"] && !o.superseded(fields) || e.Source == "http-api" && len(functions) != 3 {
			t.Errorf("%s is in lines of %v", fields, functions)
		}
	}
	if checked < 50 {
		t.Errorf("only %d changes", checked)
	}
	if traced := o.functionsWith(`"trace_id":"` + httpTrace + `"`); len(traced) != 4 {
		t.Errorf("the trace is in lines of %v", traced)
	}
	if hash := `"conversation_hash":"` + telemetry.ConversationHash(stackID, httpConversation) + `"`; len(o.functionsWith(hash)) != 2 {
		t.Errorf("%s is in lines of %v", hash, o.functionsWith(hash))
	}
}

func (o *observed) functionsWith(fields string) map[string]bool {
	functions := map[string]bool{}
	for _, line := range o.lines {
		if strings.Contains(line.Text, fields) {
			functions[line.Function] = true
		}
	}
	return functions
}

func (o *observed) superseded(fields string) bool {
	for _, line := range o.lines {
		if strings.Contains(line.Text, fields) && strings.Contains(line.Text, `"outcome":"superseded"`) {
			return true
		}
	}
	return false
}

func (o *observed) checkMetrics(t *testing.T) {
	t.Helper()
	var text strings.Builder
	for _, line := range o.lines {
		if strings.Contains(line.Text, `"_aws"`) {
			text.WriteString(line.Text + "\n")
		}
	}
	metrics, err := emf.Read(text.String())
	if err != nil {
		t.Error(err)
	}
	sum := func(name string) int { return int(metrics.Sum(name + " dev")) }
	accepted, refused := sum("Accepted"), int(metrics.Sum("DeadLettered dev malformed"))
	if accepted != sum("Merged")+sum("Duplicates")+sum("Superseded") || accepted+refused != len(o.changes) || refused != 1 || sum("DeadLettered") != 1 {
		t.Errorf("%d changes, metrics %v", len(o.changes), metrics)
	}
	if sum("Announced") != o.taken || len(metrics["ChangeToVisible dev"]) != sum("Merged") || len(metrics["ChangeToAnnounced dev"]) != sum("Merged") {
		t.Errorf("%d announcements, metrics %v", o.taken, metrics)
	}
}
