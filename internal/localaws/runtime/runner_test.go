package runtime_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
)

func TestInvocation(t *testing.T) {
	t.Parallel()
	clock := time.Now().Add(time.Hour).Truncate(time.Millisecond)
	r, _ := launch(t, runtime.Function{ARN: "arn:aws:lambda:us-east-1:1:function:f", Timeout: 7 * time.Second, ReservedConcurrency: 1},
		func(o *runtime.Options) { o.Clock = func() time.Time { return clock } })
	result := r.Do(context.Background(), &lambda.Invocation{
		ID: "8476a536-e9f4-11e8-9739-2dfe598c3fcd", Function: "f", Trace: "Root=1-2-3", Payload: []byte(`{"Text":"hé"}`),
	})
	var got report
	if err := json.Unmarshal(result.Payload, &got); err != nil || result.Err != nil {
		t.Fatal(err, result.Err)
	}
	if got.Text != "hé" || got.Request != "8476a536-e9f4-11e8-9739-2dfe598c3fcd" || got.Trace != "Root=1-2-3" || got.ARN != "arn:aws:lambda:us-east-1:1:function:f" {
		t.Errorf("%+v", got)
	}
	if want := clock.Add(7 * time.Second).UnixMilli(); got.Left != want {
		t.Errorf("deadline %d, want %d", got.Left, want)
	}
	second := ask(t, r, order{})
	if len(second.Request) != 36 || !strings.HasPrefix(second.Trace, "Root=1-") || !strings.HasSuffix(second.Trace, "Sampled=0") {
		t.Errorf("made up: request %q, trace %q", second.Request, second.Trace)
	}
	if second.PID != got.PID {
		t.Error("the process was not used again")
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("HOME", "/home/somebody")
	t.Setenv("AWS_PROFILE", "production")
	t.Setenv("PATH", "/bin")
	r, _ := launch(t, runtime.Function{
		Handler: "bootstrap", MemoryMB: 256, LogFormat: "JSON", LogLevel: "DEBUG",
		Environment: map[string]string{"TABLE": "profiles", "AWS_REGION": "mars", "AWS_ENDPOINT_URL_SQS": "own"},
	}, func(o *runtime.Options) {
		o.Region = "eu-west-1"
		o.Environment = map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_ENDPOINT_URL_SQS": "all"}
	})
	env := ask(t, r, order{}).Env
	for _, want := range []string{
		"PATH=/bin", "TABLE=profiles", "AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1", "_HANDLER=bootstrap",
		"AWS_ENDPOINT_URL=http://127.0.0.1:4566", "AWS_ENDPOINT_URL_SQS=own", "AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_LEVEL=DEBUG",
		"AWS_LAMBDA_FUNCTION_NAME=f", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256", "AWS_ACCESS_KEY_ID=local", "AWS_SESSION_TOKEN=" + runtime.SessionToken("f"), "TZ=:UTC",
	} {
		if !slices.Contains(env, want) {
			t.Errorf("%s is missing", want)
		}
	}
	for _, have := range env {
		if name, _, _ := strings.Cut(have, "="); name == "HOME" || name == "AWS_PROFILE" {
			t.Errorf("%s comes from the parent", have)
		}
	}
}

func TestTwentyAtOnceOnFourProcesses(t *testing.T) {
	t.Parallel()
	r, _ := launch(t, runtime.Function{ReservedConcurrency: 4}, func(o *runtime.Options) { o.Patience = time.Minute })
	var all sync.WaitGroup
	pids := make([]int, 20)
	for n := range pids {
		all.Go(func() {
			got := ask(t, r, order{Text: fmt.Sprint(n)})
			if got.Text != fmt.Sprint(n) {
				t.Errorf("%d was answered %q", n, got.Text)
			}
			pids[n] = got.PID
		})
	}
	all.Wait()
	slices.Sort(pids)
	if n := len(slices.Compact(pids)); n > 4 {
		t.Errorf("%d processes", n)
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		name          string
		function      runtime.Function
		order         order
		kind, message string
		process       string // what becomes of it: kept or new
	}{
		{"a returned error", runtime.Function{}, order{Do: "error"}, "errorString", "no luck", "kept"},
		{"a panic", runtime.Function{}, order{Do: "panic"}, "string", "lost", "new"},
		{"an exit", runtime.Function{}, order{Do: "exit"}, "Runtime.ExitError", "Error: Runtime exited with error: exit status 3", "new"},
		{"a stream that breaks off", runtime.Function{}, order{Do: "stream"}, "errorString", "stream broke", "kept"},
		{"an answer over 6 MB", runtime.Function{}, order{Do: "big", Size: 6_291_600}, "Function.ResponseSizeTooLarge", "(6291556 bytes).", "new"},
		{"an exit at the start", runtime.Function{Environment: map[string]string{"TEST_INIT": "exit"}}, order{}, "Runtime.ExitError", "exit status 7", ""},
		{"an error reported at the start", runtime.Function{Environment: map[string]string{"TEST_INIT": "report"}}, order{}, "Init.Bad", "no configuration", ""},
		{"no executable", runtime.Function{Path: "testdata/absent"}, order{}, "Runtime.InvalidEntrypoint", "no such file or directory", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			// With one place the next invocation waits until it is known what became of
			// the process. A second place would start another process at once.
			test.function.ReservedConcurrency = 1
			r, _ := launch(t, test.function, nil)
			before := 0
			if test.process != "" {
				before = ask(t, r, order{}).PID
			}
			wantError(t, invoke(r, test.order), test.kind, test.message)
			if test.process == "" {
				return
			}
			if after := ask(t, r, order{}).PID; (after == before) != (test.process == "kept") {
				t.Errorf("process %d, then %d; want it %s", before, after, test.process)
			}
		})
	}
}

func TestPayloadSizes(t *testing.T) {
	t.Parallel()
	r, _ := launch(t, runtime.Function{}, nil)
	text := strings.Repeat("x", 6<<20-len(`{"Do":"count","Text":""}`))
	if got := ask(t, r, order{Do: "count", Text: text}); got.Text != fmt.Sprint(len(text)) {
		t.Errorf("%s bytes of %d arrived", got.Text, len(text))
	}
	if result := invoke(r, order{Do: "big", Size: 6 << 20}); len(result.Payload) != 6<<20+2 {
		t.Errorf("6 MB back: %d bytes, %v", len(result.Payload), result.Err)
	}
	if result := invoke(r, order{Do: "count", Text: text + "x"}); !errors.Is(result.Err, lambda.ErrRequestTooLarge) {
		t.Errorf("over 6 MB: %v", result.Err)
	}
}

func TestUnknownFunction(t *testing.T) {
	r, _ := launch(t, runtime.Function{}, nil)
	if result := r.Invoke(context.Background(), "g", nil); result.Err == nil || !strings.Contains(result.Err.Error(), `"g"`) {
		t.Errorf("error %v", result.Err)
	}
}

func TestRuntimeAPIRefuses(t *testing.T) {
	t.Parallel()
	r, _ := launch(t, runtime.Function{}, nil)
	tests := []struct{ name, method, path, want string }{
		{"an answer to another invocation", "POST", "2018-06-01/runtime/invocation/x/response", "400"},
		{"next before the answer", "GET", "2018-06-01/runtime/invocation/next", "403"},
		{"an unknown call", "GET", "2018-06-01/runtime/restore/next", "404"},
		{"the API of another process", "GET", "/_runtime/f/x/2018-06-01/runtime/invocation/next", "410"},
		{"the API of another function", "GET", "/_runtime/g/x/2018-06-01/runtime/invocation/next", "404"},
		{"a path elsewhere", "GET", "/f/x/y", "404"},
	}
	for _, test := range tests {
		result := invoke(r, order{Do: "api", Method: test.method, Text: test.path})
		if got := string(result.Payload); !strings.HasPrefix(got, `"`+test.want) || !strings.Contains(got, "errorType") {
			t.Errorf("%s: %s %v, want %s", test.name, got, result.Err, test.want)
		}
	}
}

func TestLog(t *testing.T) {
	r, l := launch(t, runtime.Function{}, nil)
	ask(t, r, order{Do: "log"})
	r.Close()
	for _, want := range []string{"f out one", "f out two", "f out three ends late", "f err to stderr"} {
		if !l.has(want) {
			t.Errorf("%q is missing in %q", want, l.lines)
		}
	}
}

func TestOptions(t *testing.T) {
	address := func() string { return "" }
	tests := []struct {
		name string
		opt  runtime.Options
		want string
	}{
		{"no address", runtime.Options{}, "Address"},
		{"a name with a slash", runtime.Options{Address: address, Functions: []runtime.Function{{Name: "a/b", Path: "x"}}}, "Name"},
		{"a name twice", runtime.Options{Address: address, Functions: []runtime.Function{{Name: "a", Path: "x"}, {Name: "a", Path: "x"}}}, "Name"},
		{"no path", runtime.Options{Address: address, Functions: []runtime.Function{{Name: "a"}}}, "Path"},
		{"over 15 minutes", runtime.Options{Address: address, Functions: []runtime.Function{{Name: "a", Path: "x", Timeout: time.Hour}}}, "Timeout"},
		{"negative concurrency", runtime.Options{Address: address, Functions: []runtime.Function{{Name: "a", Path: "x", ReservedConcurrency: -1}}}, "ReservedConcurrency"},
	}
	for _, test := range tests {
		if _, err := runtime.New(test.opt); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one about %s", test.name, err, test.want)
		}
	}
}

func BenchmarkWarmInvoke(b *testing.B) {
	r, _ := launch(b, runtime.Function{}, nil)
	ask(b, r, order{})
	for b.Loop() {
		r.Invoke(context.Background(), "f", []byte(`{"Do":"big"}`))
	}
}
