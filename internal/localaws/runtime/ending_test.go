package runtime_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
)

func TestKillInTheMiddle(t *testing.T) {
	t.Parallel()
	r, _ := launch(t, runtime.Function{}, nil)
	l := listen(t)
	result := later(r, order{Do: "block", Dial: l.address()})
	pid, _ := l.accept(t)
	process, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Kill(); err != nil {
		t.Fatal(err)
	}
	wantError(t, <-result, "Runtime.ExitError", "Error: Runtime exited with error: signal: killed")
	if got := ask(t, r, order{}); got.PID == pid {
		t.Error("the killed process answers")
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	r, _ := launch(t, runtime.Function{Timeout: 1250 * time.Millisecond}, nil)
	l := listen(t)
	pid := ask(t, r, order{}).PID
	result := later(r, order{Do: "block", Dial: l.address()})
	_, c := l.accept(t)
	wantError(t, <-result, "Sandbox.Timedout", "Error: Task timed out after 1.25 seconds")
	ended(t, c)
	if got := ask(t, r, order{}); got.PID == pid {
		t.Error("the process that ran out of time answers")
	}
}

// A process that does not ask for its invocation in time is ended.
func TestTimeoutOfTheStart(t *testing.T) {
	t.Parallel()
	r, _ := launch(t, runtime.Function{Environment: map[string]string{"TEST_INIT": "hang", "TEST_DIAL": listen(t).address()}},
		func(o *runtime.Options) { o.InitLimit = time.Millisecond })
	wantError(t, invoke(r, order{}), "Sandbox.Timedout", "Error: Task timed out after 60.00 seconds")
}

func TestTimeoutEndsChildrenToo(t *testing.T) {
	t.Parallel()
	r, _ := launch(t, runtime.Function{Timeout: 1250 * time.Millisecond}, nil)
	l := listen(t)
	result := later(r, order{Do: "child", Dial: l.address()})
	_, child := l.accept(t)
	wantError(t, <-result, "Sandbox.Timedout", "1.25 seconds")
	ended(t, child)
}

func TestThrottled(t *testing.T) {
	t.Parallel()
	r, _ := launch(t, runtime.Function{ReservedConcurrency: 1}, func(o *runtime.Options) { o.Patience = -1 })
	l := listen(t)
	first := later(r, order{Do: "block", Dial: l.address()})
	_, c := l.accept(t)
	if result := invoke(r, order{}); !errors.Is(result.Err, lambda.ErrThrottled) {
		t.Errorf("second: %v", result.Err)
	}
	_, _ = c.Write([]byte("."))
	if result := <-first; result.Err != nil {
		t.Errorf("first: %v", result.Err)
	}
}

func TestWaitingGetsTheProcessOfOneThatEnds(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"answer", "crash"} {
		r, _ := launch(t, runtime.Function{ReservedConcurrency: 1}, func(o *runtime.Options) { o.Patience = time.Minute })
		l := listen(t)
		first := later(r, order{Do: "block", Dial: l.address()})
		pid, c := l.accept(t)
		second := later(r, order{Text: "second"})
		if end == "crash" {
			process, _ := os.FindProcess(pid)
			_ = process.Kill()
		} else {
			_, _ = c.Write([]byte("."))
		}
		if result := <-first; (result.Err != nil) != (end == "crash") {
			t.Errorf("%s: first: %v", end, result.Err)
		}
		var got report
		result := <-second
		if err := json.Unmarshal(result.Payload, &got); err != nil || got.Text != "second" || (got.PID == pid) == (end == "crash") {
			t.Errorf("%s: second: %v, process %d after %d", end, result.Err, got.PID, pid)
		}
	}
}

func TestCallerGoesAway(t *testing.T) {
	t.Parallel()
	r, _ := launch(t, runtime.Function{ReservedConcurrency: 1}, func(o *runtime.Options) { o.Patience = time.Minute })
	l := listen(t)
	ctx, cancel := context.WithCancel(context.Background())
	payload, _ := json.Marshal(order{Do: "block", Dial: l.address()})
	result := make(chan lambda.Result, 1)
	go func() { result <- r.Invoke(ctx, "f", payload) }()
	pid, c := l.accept(t)

	waiting, leave := context.WithCancel(context.Background())
	leave()
	if got := r.Invoke(waiting, "f", []byte(`{}`)); !errors.Is(got.Err, context.Canceled) {
		t.Errorf("one that waited: %v", got.Err)
	}
	cancel()
	if got := <-result; !errors.Is(got.Err, context.Canceled) {
		t.Errorf("result %v", got.Err)
	}
	_, _ = c.Write([]byte("."))
	if got := ask(t, r, order{}); got.PID != pid {
		t.Error("the function did not finish: its process was not used again")
	}
}

func TestCallerGoesAwayBeforeTheStart(t *testing.T) {
	t.Parallel()
	r, _ := launch(t, runtime.Function{ReservedConcurrency: 1}, nil)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if got := r.Invoke(ctx, "f", []byte(`{"Do":"exit"}`)); got.Err == nil {
		t.Errorf("result %s", got.Payload)
	}
	if got := ask(t, r, order{Text: "x"}); got.Text != "x" {
		t.Errorf("%+v", got)
	}
}

func TestCloseLeavesNoProcess(t *testing.T) {
	t.Parallel()
	r, l := launch(t, runtime.Function{}, nil)
	line := listen(t)
	one, two := later(r, order{Do: "block", Dial: line.address()}), later(r, order{Do: "block", Dial: line.address()})
	_, c1 := line.accept(t)
	_, c2 := line.accept(t)
	ask(t, r, order{}) // and an idle one
	r.Close()
	r.Close()
	ended(t, c1)
	ended(t, c2)
	for _, result := range []lambda.Result{<-one, <-two, invoke(r, order{})} {
		if !errors.Is(result.Err, runtime.ErrClosed) {
			t.Errorf("result %v", result.Err)
		}
	}
	if l.has("f out terminated") {
		t.Error("SIGTERM without an extension")
	}
}

func TestCloseSendsSIGTERMToWhoRegistered(t *testing.T) {
	t.Parallel()
	r, l := launch(t, runtime.Function{Environment: map[string]string{"TEST_INIT": "sigterm"}}, nil)
	ask(t, r, order{})
	r.Close()
	if !l.has("f out terminated") {
		t.Errorf("the handler did not run: %q", l.lines)
	}
}
