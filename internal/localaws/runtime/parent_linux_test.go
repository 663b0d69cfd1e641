package runtime_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
)

func TestProcessesEndWithAKilledParent(t *testing.T) {
	t.Parallel()
	l := listen(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{"TEST_PARENT=" + l.address()}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid, c := l.accept(t)
	if pid == cmd.Process.Pid {
		t.Fatal("the parent itself connected")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	ended(t, c)
}

// parent runs one function that blocks.
func parent(address string) {
	server := httptest.NewUnstartedServer(nil)
	r, err := runtime.New(runtime.Options{
		Functions: []runtime.Function{{Name: "f", Path: os.Args[0], Timeout: time.Minute}},
		Address:   func() string { return server.Listener.Addr().String() },
	})
	if err != nil {
		panic(err)
	}
	server.Config.Handler = http.HandlerFunc(r.Handler().ServeHTTP)
	server.Start()
	invoke(r, order{Do: "block", Dial: address})
}
