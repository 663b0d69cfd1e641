package sidebyside

import "sync"

// A step lets invocations that overlap reach the tables in step: a request waits
// until each of the others has one waiting too, or has ended. So each has its first
// answer, which may be what it read, before any can write upon it.
type step struct {
	mu      sync.Mutex
	running int // invocations that have not ended
	waiting int // requests
	open    chan struct{}
}

func newStep(invocations int) *step {
	return &step{running: invocations, open: make(chan struct{})}
}

// wait returns when the request may go on: at the latest when all invocations
// have ended.
func (s *step) wait() {
	s.mu.Lock()
	s.waiting++
	open := s.open
	s.proceed()
	s.mu.Unlock()
	<-open
}

// leave says that an invocation has ended.
func (s *step) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	s.proceed()
}

func (s *step) proceed() {
	if s.waiting >= s.running {
		close(s.open)
		s.waiting, s.open = 0, make(chan struct{})
	}
}
