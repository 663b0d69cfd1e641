package runtime

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

// maxPayload is Lambda's limit of a synchronous invocation's payload and
// answer, in bytes: 6 MB.
const maxPayload = 6 << 20

// ErrClosed is the result of an invocation that Close ended or that came after
// it.
var ErrClosed = errors.New("runtime: the runner is closed")

// A Runner runs functions. It is safe for concurrent use.
type Runner struct {
	opt     Options
	pools   map[string]*pool
	starter *starter
	output  sync.Mutex
	closing sync.Once

	mu     sync.Mutex
	closed bool           // no more invocations begin
	under  sync.WaitGroup // invocations under way, and what they started
}

// New makes a Runner; it starts no process yet. It refuses options that name
// no function that could run, saying which field is wrong.
func New(opt Options) (*Runner, error) {
	if err := opt.validate(); err != nil {
		return nil, err
	}
	r := &Runner{opt: opt.withDefaults(), pools: map[string]*pool{}}
	for _, f := range opt.Functions {
		f, err := f.withDefaults(r.opt.Limit)
		if err != nil {
			return nil, err
		}
		r.pools[f.Name] = &pool{r: r, f: f, live: map[string]*instance{}}
	}
	r.starter = newStarter()
	return r, nil
}

// Invoke runs a function with a payload and waits for its answer; see Do.
func (r *Runner) Invoke(ctx context.Context, function string, payload []byte) lambda.Result {
	return r.Do(ctx, &lambda.Invocation{Function: function, Payload: payload})
}

// Do runs an invocation and waits for its answer. Its ID is the request id that
// the function sees; without one it gets one.
//
// The result's Err is a *lambda.FunctionError where the function reported an
// error, did not start, exited ("Runtime.ExitError") or ran out of time
// ("Sandbox.Timedout"). Where it did not run it wraps lambda.ErrThrottled or
// lambda.ErrRequestTooLarge, or says that there is no such function. When ctx
// ends first Err is its error; a function that has begun still finishes.
func (r *Runner) Do(ctx context.Context, inv *lambda.Invocation) lambda.Result {
	p := r.pools[inv.Function]
	if p == nil {
		return lambda.Result{Err: fmt.Errorf("ResourceNotFoundException: there is no function %q", inv.Function)}
	}
	if len(inv.Payload) > maxPayload {
		return lambda.Result{Err: lambda.ErrRequestTooLarge}
	}
	if !r.begin() {
		return lambda.Result{Err: ErrClosed}
	}
	defer r.under.Done()
	t := newTask(inv)
	for {
		i, err := p.acquire(ctx, t)
		if err != nil {
			return lambda.Result{Err: err}
		}
		result, again := i.serve(ctx, t)
		if !again {
			return result
		}
		t = newTask(inv)
	}
}

// begin counts an invocation, unless the runner is closed. An invocation that is counted
// may start processes and goroutines, which are counted before its end.
func (r *Runner) begin() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		r.under.Add(1)
	}
	return !r.closed
}

// Close ends all processes. It waits until they and all goroutines are gone. Invocations
// under way end with ErrClosed, and so do later ones. It may be called again.
func (r *Runner) Close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	for _, p := range r.pools {
		p.close()
	}
	r.under.Wait()
	r.closing.Do(r.starter.close)
}

// write passes one line on, one at a time.
func (r *Runner) write(l Line) {
	r.output.Lock()
	defer r.output.Unlock()
	r.opt.Output(l)
}

func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
