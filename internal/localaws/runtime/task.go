package runtime

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

// A task is one try to run an invocation on one process. The mutex of its process
// decides which caller ends it: see instance.take.
type task struct {
	id      string // the request id
	trace   string
	payload []byte
	picked  chan struct{}      // closed when the process took it
	done    chan lambda.Result // has room for the one result
}

func newTask(inv *lambda.Invocation) *task {
	t := &task{
		id: inv.ID, trace: inv.Trace, payload: inv.Payload,
		picked: make(chan struct{}), done: make(chan lambda.Result, 1),
	}
	if t.id == "" {
		t.id = uuid()
	}
	if t.trace == "" {
		var b [20]byte
		_, _ = rand.Read(b[:]) // never fails
		t.trace = fmt.Sprintf("Root=1-%08x-%x;Parent=%x;Sampled=0", time.Now().Unix(), b[:12], b[12:])
	}
	return t
}

// failure is an error in Lambda's wording.
func (t *task) failure(kind, format string, args ...any) lambda.Result {
	return lambda.Result{Err: &lambda.FunctionError{
		Type: kind, Message: "RequestId: " + t.id + " Error: " + fmt.Sprintf(format, args...),
	}}
}

func (t *task) timedOut(timeout time.Duration) lambda.Result {
	return t.failure("Sandbox.Timedout", "Task timed out after %.2f seconds", timeout.Seconds())
}

func (t *task) exited(how string) lambda.Result {
	if how == "" {
		return t.failure("Runtime.ExitError", "Runtime exited without providing a reason")
	}
	return t.failure("Runtime.ExitError", "Runtime exited with error: %s", how)
}
