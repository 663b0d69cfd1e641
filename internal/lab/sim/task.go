package sim

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/sim/oracle"
)

// errKilled is the error of a killed task's requests.
var errKilled = errors.New("sim: the process is gone")

// A task is one run of something that makes requests: a function, a publisher, a person
// with a tool. It is a coroutine. It runs only when the simulation resumes it, and
// stops at its next request or pause. There is therefore always one thread of control,
// and requests of different tasks interleave as the seed says.
type task struct {
	name    string
	skew    time.Duration // of its clock
	waiting *call         // what it has stopped at
	killed  bool
	ended   func() // called once, when it has returned or was killed

	yield func(*call) bool
	next  func() (*call, bool)
	stop  func()

	// What the oracle learns about it: for apply, for republish, for a write over HTTP.
	run   *oracle.Invocation
	batch *oracle.Batch
	write *oracle.Write // of a write over HTTP

	last         int    // how many of its requests may be answered; 0: all
	table, queue bool   // its last request to the service was disturbed
	reported     []byte // what it wrote to its standard output
}

// A call is what a task waits for: an answer, or a time.
type call struct {
	request *http.Request
	body    []byte
	wake    time.Time // end of a pause; zero for a request

	response *http.Response
	err      error
}

// start starts a task and runs it up to its first request.
func (s *Simulation) start(t *task, run func(ctx context.Context), ended func(t *task)) {
	s.serial++
	t.name = fmt.Sprintf("%s %d", t.name, s.serial)
	t.ended = func() { ended(t) }
	t.next, t.stop = iter.Pull(func(yield func(*call) bool) {
		t.yield = yield
		run(context.Background())
	})
	s.tasks = append(s.tasks, t)
	s.resume(t)
}

// resume runs a task until it waits again or ends.
func (s *Simulation) resume(t *task) {
	s.current = t
	waiting, running := t.next()
	s.current = nil
	t.waiting = waiting
	if !running {
		s.remove(t)
		t.ended()
	}
}

// kill ends a task where it is. Its earlier requests have happened, and nothing that it
// does from now on has any effect.
func (s *Simulation) kill(t *task) {
	s.happened("task killed")
	s.current, t.killed = t, true
	t.stop()
	s.current = nil
	s.remove(t)
	t.ended()
}

func (s *Simulation) remove(t *task) {
	for i, other := range s.tasks {
		if other == t {
			s.tasks = append(s.tasks[:i], s.tasks[i+1:]...)
			return
		}
	}
}

// wait stops the current task at a call until the simulation resumes it.
func (s *Simulation) wait(c *call) (*http.Response, error) {
	t := s.current
	if t.killed || !t.yield(c) {
		return nil, errKilled
	}
	return c.response, c.err
}

// pause is the sleep function of tasks.
func (s *Simulation) pause(_ context.Context, d time.Duration) error {
	c := &call{wake: s.now.Add(d)}
	_, err := s.wait(c)
	return err
}

// clock returns the current task's time, or virtual time if there is no task.
func (s *Simulation) clock() time.Time {
	return s.clockOf(s.current)
}

// clockOf returns the time on a task's clock; nil stands for virtual time.
func (s *Simulation) clockOf(t *task) time.Time {
	if t == nil {
		return s.now
	}
	return s.now.Add(t.skew)
}

// ready returns the tasks that can proceed now.
func (s *Simulation) ready() []*task {
	var all []*task
	for _, t := range s.tasks {
		if !t.waiting.wake.After(s.now) {
			all = append(all, t)
		}
	}
	return all
}
