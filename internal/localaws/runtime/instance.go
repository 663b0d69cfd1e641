package runtime

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

const (
	// grace is the time between SIGTERM and SIGKILL.
	grace = 500 * time.Millisecond

	// pipeGrace is how long output is still read after a process has ended, if a child
	// of its own keeps the pipe open.
	pipeGrace = 100 * time.Millisecond
)

// An instance is one process of a function.
type instance struct {
	p       *pool
	id      string
	retired bool // guarded by the pool's mutex

	work chan *task    // room for one: it may be there before the process asks
	dead chan struct{} // closed when the process is gone; how says why
	how  string        // such as "exit status 1"; empty after a plain exit

	mu       sync.Mutex
	cmd      *exec.Cmd // nil before it runs
	current  *task
	taken    bool // the process took current
	served   int  // tasks taken
	sigterm  bool // an extension was registered
	stopping bool
}

// start starts a process in a place that the caller has reserved.
func (p *pool) start(t *task) (*instance, error) {
	i := &instance{
		p: p, id: strings.ReplaceAll(uuid(), "-", ""),
		work: make(chan *task, 1), dead: make(chan struct{}),
	}
	p.mu.Lock()
	p.live[i.id] = i
	p.mu.Unlock()
	stdout := &lines{emit: func(text string) { p.r.write(Line{p.f.Name, i.id, false, text}) }}
	stderr := &lines{emit: func(text string) { p.r.write(Line{p.f.Name, i.id, true, text}) }}
	cmd := exec.Command(p.f.Path)
	cmd.Dir = filepath.Dir(p.f.Path)
	cmd.Env = p.r.environment(p.f, i.id)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.SysProcAttr = attributes()
	cmd.WaitDelay = pipeGrace
	if err := p.r.starter.start(cmd); err != nil {
		p.forget(i)
		return nil, t.failure("Runtime.InvalidEntrypoint", "%v", err).Err
	}
	p.r.under.Go(func() { i.watch(cmd, stdout, stderr) })
	i.started(cmd)
	return i, nil
}

func (i *instance) started(cmd *exec.Cmd) {
	i.mu.Lock()
	i.cmd = cmd
	i.mu.Unlock()
	i.p.mu.Lock()
	closed := i.p.closed
	i.p.mu.Unlock()
	if closed {
		i.stop()
	}
}

// watch waits for the end of the process.
func (i *instance) watch(cmd *exec.Cmd, outputs ...*lines) {
	if err := cmd.Wait(); cmd.ProcessState != nil && !cmd.ProcessState.Success() {
		i.how = cmd.ProcessState.String()
	} else if cmd.ProcessState == nil {
		i.how = err.Error()
	}
	kill(cmd.Process) // what it left behind in its group
	for _, o := range outputs {
		o.flush()
	}
	close(i.dead)
	i.p.forget(i)
}

// stop ends the process without waiting for it.
func (i *instance) stop() {
	i.p.retire(i)
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.stopping || i.cmd == nil {
		return // started looks again
	}
	i.stopping = true
	if !i.sigterm {
		kill(i.cmd.Process)
		return
	}
	terminate(i.cmd.Process)
	process := i.cmd.Process
	i.p.r.under.Go(func() { i.killAfter(grace, process) })
}

func (i *instance) killAfter(d time.Duration, process *os.Process) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-i.dead:
	case <-timer.C:
		kill(process)
	}
}

// assign gives the process its next task.
func (i *instance) assign(t *task) {
	i.mu.Lock()
	i.current, i.taken = t, false
	i.mu.Unlock()
	i.work <- t
}

// take makes the caller the one that ends t; false: another caller has already.
func (i *instance) take(t *task) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.current != t {
		return false
	}
	i.current = nil
	return true
}

// finish ends the task that the process has under id.
func (i *instance) finish(t *task, r lambda.Result) {
	if i.take(t) {
		t.done <- r
	}
}

// running is the task with this id that the process took and has not answered.
func (i *instance) running(id string) *task {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.current == nil || !i.taken || i.current.id != id {
		return nil
	}
	return i.current
}
