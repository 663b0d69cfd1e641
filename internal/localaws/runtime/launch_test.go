package runtime_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
)

// log collects the functions' output.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) add(line runtime.Line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	mark := "out"
	if line.Stderr {
		mark = "err"
	}
	l.lines = append(l.lines, line.Function+" "+mark+" "+line.Text)
}

func (l *log) has(line string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, have := range l.lines {
		if have == line {
			return true
		}
	}
	return false
}

// launch starts a runner for f, which runs the test binary, and its server.
func launch(t testing.TB, f runtime.Function, change func(*runtime.Options)) (*runtime.Runner, *log) {
	t.Helper()
	l := &log{}
	server := httptest.NewUnstartedServer(nil)
	f.Name = "f"
	if f.Path == "" {
		f.Path = os.Args[0]
	}
	if f.Timeout == 0 {
		f.Timeout = time.Minute
	}
	opt := runtime.Options{
		Functions: []runtime.Function{f}, Output: l.add,
		InitLimit: time.Minute, // on a busy machine ten seconds may be too few
		// A process under the race detector sleeps a second before it exits.
		Environment: map[string]string{"GORACE": "atexit_sleep_ms=0"},
		Address:     func() string { return server.Listener.Addr().String() },
	}
	if change != nil {
		change(&opt)
	}
	r, err := runtime.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = http.HandlerFunc(r.Handler().ServeHTTP)
	server.Start()
	t.Cleanup(func() {
		r.Close()
		server.Close()
	})
	return r, l
}

func invoke(r *runtime.Runner, o order) lambda.Result {
	payload, _ := json.Marshal(o)
	return r.Invoke(context.Background(), "f", payload)
}

// ask is an invocation that must succeed.
func ask(t testing.TB, r *runtime.Runner, o order) report {
	t.Helper()
	result := invoke(r, o)
	if result.Err != nil {
		t.Fatal(result.Err)
	}
	var got report
	if err := json.Unmarshal(result.Payload, &got); err != nil {
		t.Fatalf("%s: %v", result.Payload, err)
	}
	return got
}

func wantError(t *testing.T, result lambda.Result, kind, message string) {
	t.Helper()
	var e *lambda.FunctionError
	if !errors.As(result.Err, &e) || e.Type != kind || !strings.HasSuffix(e.Message, message) {
		t.Fatalf("error %v, want %s: ...%s", result.Err, kind, message)
	}
}

// line listens for functions that block.
type line struct{ net.Listener }

func listen(t *testing.T) line {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return line{l}
}

func (l line) address() string { return l.Addr().String() }

// accept waits for a function and returns its process id and its connection.
func (l line) accept(t *testing.T) (int, net.Conn) {
	t.Helper()
	_ = l.Listener.(*net.TCPListener).SetDeadline(time.Now().Add(20 * time.Second))
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	text, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(text))
	return pid, c
}

// ended waits until the process at the other end is gone.
func ended(t *testing.T, c net.Conn) {
	t.Helper()
	if _, err := c.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) || err == nil {
		t.Fatalf("the process is still there: %v", err)
	}
}

func later(r *runtime.Runner, o order) <-chan lambda.Result {
	c := make(chan lambda.Result, 1)
	go func() { c <- invoke(r, o) }()
	return c
}
