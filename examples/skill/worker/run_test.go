package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/google/go-cmp/cmp"
)

// lines is a standard output that a test reads line by line. It never blocks the skill.
type lines chan string

func (l lines) Write(b []byte) (int, error) {
	l <- strings.TrimSuffix(string(b), "\n") // the skill writes line by line
	return len(b), nil
}

// start runs the skill and returns its lines as they come, and its end.
func start(t *testing.T, args ...string) (line func() string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, ended := make(lines, 100), make(chan error, 1)
	go func() {
		ended <- run(ctx, append([]string{"--stage", "test", "--bus", "a-bus"}, args...), nil, out, io.Discard)
	}()
	line = func() string {
		timeout := time.After(5 * time.Second) // only of a test that fails
		select {
		case <-timeout:
			return "(nothing)"
		case text := <-out:
			return text
		case err := <-ended:
			ended <- err
			return "(ended)"
		}
	}
	return line, func() error { cancel(); return <-ended }
}

// receipt is the receipt handle that the fake gave a message.
func receipt(place int, body string) string { return fmt.Sprint(place, " is the receipt of ", body) }

func TestSubscribesOnce(t *testing.T) {
	f := newFakeAWS(t)
	want := []string{
		"GetQueueUrl", "CreateQueue", "GetQueueAttributes", "GetQueueUrl", "CreateQueue", "GetQueueAttributes",
		"PutRule", "SetQueueAttributes", "PutTargets",
	}
	for range 2 { // the second time the queues are there
		f.calls = nil
		line, stop := start(t)
		if got := line(); got != "ready" {
			t.Fatalf("said %q, want ready", got)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want, f.calls); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
		want = slices.DeleteFunc(want, func(call string) bool { return call == "CreateQueue" })
	}
	wantPolicy := `{"Statement":[{"Action":"sqs:SendMessage","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:000000000000:rule/a-bus/greeter-test"}},` +
		`"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Resource":"` + arnPrefix + `greeter-test"}],"Version":"2012-10-17"}`
	wantRedrive := `{"deadLetterTargetArn":"` + arnPrefix + `greeter-test-dlq","maxReceiveCount":5}`
	for operation, want := range map[string]map[string]any{
		"PutTargets":         {"Rule": "greeter-test", "EventBusName": "a-bus", "Targets": []any{map[string]any{"Id": "greeter-test", "Arn": arnPrefix + "greeter-test"}}},
		"SetQueueAttributes": {"QueueUrl": f.url + "/000000000000/greeter-test", "Attributes": map[string]any{"Policy": wantPolicy, "RedrivePolicy": wantRedrive}},
	} {
		if diff := cmp.Diff(want, f.inputs[operation]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", operation, diff)
		}
	}
	if rule := f.inputs["PutRule"]; rule["Name"] != "greeter-test" || rule["EventBusName"] != "a-bus" || rule["EventPattern"] != followsLanguage {
		t.Errorf("PutRule %v", rule)
	}
	wantQueues := map[string]map[string]any{"greeter-test": nil, "greeter-test-dlq": {"MessageRetentionPeriod": "1209600"}}
	if diff := cmp.Diff(wantQueues, f.queues); diff != "" {
		t.Errorf("queues made (-want +got):\n%s", diff)
	}
}

func TestGreetsAndAcknowledges(t *testing.T) {
	f := newFakeAWS(t)
	fr, de := announce(speaks(2, "fr")), announce(speaks(1, "de"))
	f.bodies = []string{fr, de, fr}
	line, stop := start(t)
	for _, want := range []string{"ready", "u1: Hallo, Sam!", "u1: Bonjour, Sam !"} { // by revision within a batch
		if got := line(); got != want {
			t.Errorf("said %q, want %q", got, want)
		}
	}
	for i, body := range []string{fr, de, fr} {
		if got := <-f.acknowledged; got != receipt(i, body) {
			t.Errorf("acknowledged %s", got)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestReadsOverHTTPWhatIsTruncated(t *testing.T) {
	f := newFakeAWS(t)
	requests := make(chan *http.Request, 10)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests <- r
		if r.URL.Query().Get("user_id") == "gone/../u2" {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"message":"no preferences of this user are known","revision":9,"as_of":"01M83XJ880T9QF8Y2V6JX4ZB7C"}`)
			return
		}
		_, _ = io.WriteString(w, `{"user_id":"u1","preferences":{"language":"es","name":"Lu"},"revision":3,"as_of":"01M83XJ880T9QF8Y2V6JX4ZB7C","last_updated":"2026-11-23T10:00:00.250Z"}`)
	}))
	t.Cleanup(api.Close)
	gone := speaks(7, "de")
	gone.UserID = "gone/../u2"
	f.bodies = []string{
		announce(gone),
		announce(events.PreferencesUpdated{Revision: 3, Truncated: true}),
		announce(events.PreferencesUpdated{UserID: "gone/../u2", Revision: 8, Truncated: true}),
	}
	line, stop := start(t, "--api", api.URL+"/")
	for _, want := range []string{"ready", "gone/../u2: Hallo, Sam!", "gone/../u2: nothing is kept of this user's language", "u1: ¡Hola, Lu!"} {
		if got := line(); got != want {
			t.Errorf("said %q, want %q", got, want)
		}
	}
	if len(requests) == 0 {
		t.Fatal("the API was not asked")
	}
	if r := <-requests; r.URL.Path != "/preferences" || !strings.Contains(r.Header.Get("Authorization"), "/us-east-1/execute-api/aws4_request") {
		t.Errorf("asked for %s with %q", r.URL, r.Header.Get("Authorization"))
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestUnhandledMessageIsNotAcknowledged(t *testing.T) {
	f := newFakeAWS(t)
	api := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(api.Close)
	de := speaks(1, "de")
	de.UserID = "u2"
	f.bodies = []string{announce(events.PreferencesUpdated{Revision: 3, Truncated: true}), announce(de)}
	line, stop := start(t, "--api", api.URL)
	for _, want := range []string{"ready", "u2: Hallo, Sam!"} {
		if got := line(); got != want {
			t.Errorf("said %q, want %q", got, want)
		}
	}
	if got := <-f.acknowledged; got != receipt(1, announce(de)) {
		t.Errorf("acknowledged %s", got)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if len(f.acknowledged) > 0 {
		t.Errorf("acknowledged %s", <-f.acknowledged)
	}
}

// A message that cannot be read stays in the queue, which finally moves it to the
// dead-letter queue. An event that is not an announcement is acknowledged.
func TestUnreadableMessageIsLeftToTheQueue(t *testing.T) {
	f := newFakeAWS(t)
	another := `{"id":"1","source":"my-bot","detail-type":"PreferenceChange","detail":{}}`
	f.bodies = []string{
		"hello", "{}", another,
		`{"id":"1","source":"bot-preferences","detail-type":"PreferencesUpdated","detail":{"user_id":"u1"}}`,
		strings.Replace(announce(speaks(1, "de")), `"version":1,"user_id"`, `"version":2,"user_id"`, 1),
		announce(speaks(2, "fr")),
	}
	if f.bodies[4] == announce(speaks(1, "de")) {
		t.Fatal("the version is not another")
	}
	line, stop := start(t)
	for _, want := range []string{"ready", "u1: Bonjour, Sam !"} {
		if got := line(); got != want {
			t.Errorf("said %q, want %q", got, want)
		}
	}
	for _, want := range []string{receipt(2, another), receipt(5, announce(speaks(2, "fr")))} {
		if got := <-f.acknowledged; got != want {
			t.Errorf("acknowledged %q, want %q", got, want)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if len(f.acknowledged) > 0 {
		t.Errorf("acknowledged %s", <-f.acknowledged)
	}
}

func TestASnapshotMakesACopyAndNoNoise(t *testing.T) {
	f := newFakeAWS(t)
	before := speaks(2, "fr")
	before.Snapshot = true
	f.bodies = []string{announce(before), announce(speaks(3, "fr")), announce(speaks(4, "es"))}
	line, stop := start(t)
	for _, want := range []string{"ready", "u1: ¡Hola, Sam!"} {
		if got := line(); got != want {
			t.Errorf("said %q, want %q", got, want)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// onWrite is an output that calls itself whenever something is written.
type onWrite func()

func (f onWrite) Write(b []byte) (int, error) { f(); return len(b), nil }

func TestRunFails(t *testing.T) {
	for _, row := range []struct {
		name, want   string
		args         []string
		endWhenReady bool
		prepare      func(*fakeAWS)
	}{
		{"an unknown flag", "flag provided but not defined", []string{"--once"}, true, nil},
		{"an argument", `unexpected argument "x"`, []string{"x"}, true, nil},
		{"an API without a host", "--api must be a URL", []string{"--api", "localhost"}, true, nil},
		{"no region", "set AWS_REGION", nil, true, func(f *fakeAWS) { f.t.Setenv("AWS_REGION", "") }},
		{"the target is refused", "target of rule greeter-test: ManagedRuleException: not yours", []string{"--stage", "test"}, true,
			func(f *fakeAWS) { f.refuse["PutTargets"] = true }},
		{"the queue is deleted meanwhile", "QueueDoesNotExist", []string{"--stage", "test"}, false,
			func(f *fakeAWS) { f.refuse["ReceiveMessage"] = true }},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := newFakeAWS(t)
			if row.prepare != nil {
				row.prepare(f)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // only of a test that fails
			defer cancel()
			out := io.Writer(io.Discard)
			if row.endWhenReady {
				out = onWrite(cancel) // a run that does not fail would not end
			}
			err := run(ctx, row.args, nil, out, io.Discard)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("error %v, want %q", err, row.want)
			}
		})
	}
}
