package python_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers/peerstest"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers/python"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
)

// What it loses: of two overlapping updates, the one that is put first, although they
// change different keys.
func TestOneOfTwoOverlappingUpdatesIsLost(t *testing.T) {
	functions, ok := python.Installed("../../../../..")
	if !ok {
		t.Skip("Python's packages are not installed: the benchmark coldstart installs them; make test needs only Go")
	}
	table := peerstest.New(t)
	invoke := serve(t, table, functions)
	invoke("update", `{"user_id":"u","preferences":{"name":"Sam"}}`)
	stored(t, table, 1)

	table.Handler = overlapping(table.Handler, 2)
	var both sync.WaitGroup
	for _, key := range []string{"language", "tone"} {
		both.Go(func() { invoke("update", `{"user_id":"u","preferences":{"`+key+`":"x"}}`) })
	}
	both.Wait()
	stored(t, table, 2) // three keys were set
}

func stored(t *testing.T, table *peerstest.Table, want int) {
	t.Helper()
	if got := table.Map("u", "preferences"); len(got) != want || got["name"] != "Sam" {
		t.Errorf("stored %v, want %d preferences", got, want)
	}
}

// overlapping delays answers to reads until this number of readers have read.
func overlapping(pass http.Handler, readers int32) http.Handler {
	all := make(chan struct{})
	var read atomic.Int32
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetItem") {
			pass.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		pass.ServeHTTP(answer, r)
		if read.Add(1) == readers {
			close(all)
		}
		select {
		case <-all:
		case <-r.Context().Done(): // its process is gone
			return
		}
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = io.Copy(w, bytes.NewReader(answer.Body.Bytes())) // the function says if it got nothing
	})
}

// serve runs the functions against the table, and returns how to call one with
// the body of an HTTP request.
func serve(t *testing.T, table *peerstest.Table, functions python.Functions) func(function, body string) {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	environment := map[string]string{"TABLE_NAME": table.Name}
	runner, err := runtime.New(runtime.Options{
		Functions: []runtime.Function{
			{Name: "get", Path: functions.Get, Environment: environment, Timeout: 30 * time.Second},
			{Name: "update", Path: functions.Update, Environment: environment, Timeout: 30 * time.Second},
			{Name: "delete", Path: functions.Delete, Environment: environment, Timeout: 30 * time.Second},
		},
		Address:     func() string { return server.Listener.Addr().String() },
		Environment: map[string]string{"AWS_ENDPOINT_URL": server.URL},
		Output:      func(l runtime.Line) { t.Log(l.Text) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(runner.Close)
	mux.Handle(runtime.Prefix, runner.Handler())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { table.Handler.ServeHTTP(w, r) })
	return func(function, body string) {
		event, err := json.Marshal(map[string]any{"body": body, "pathParameters": map[string]string{"userId": "u"}})
		if err != nil {
			t.Error(err)
			return
		}
		if result := runner.Invoke(t.Context(), function, event); result.Err != nil || !bytes.Contains(result.Payload, []byte(`"statusCode": 200`)) {
			t.Errorf("%s: %v, %s", function, result.Err, result.Payload)
		}
	}
}

func TestGetAndDelete(t *testing.T) {
	functions, ok := python.Installed("../../../../..")
	if !ok {
		t.Skip("Python's packages are not installed: the benchmark coldstart installs them; make test needs only Go")
	}
	table := peerstest.New(t)
	invoke := serve(t, table, functions)
	invoke("update", `{"user_id":"u","preferences":{"name":"Sam","volume":7.5}}`)
	invoke("get", "")
	invoke("delete", "")
	if got := table.Map("u", "preferences"); len(got) != 0 {
		t.Errorf("stored %v", got)
	}
}
