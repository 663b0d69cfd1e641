package sidebyside

import "sync"

// A step makes overlapping invocations reach the table in step. A request waits until
// each other invocation has a request waiting too, or has ended. Each invocation
// therefore gets its first answer, for example the item that it read, before any of
// them can write.
type step struct {
	mu      sync.Mutex
	running int // invocations that have not ended
	waiting int // requests
	open    chan struct{}
}

func newStep(invocations int) *step {
	return &step{running: invocations, open: make(chan struct{})}
}

// wait returns when the request may proceed: at the latest when all other invocations
// have ended.
func (s *step) wait() {
	s.mu.Lock()
	s.waiting++
	open := s.open
	s.proceed()
	s.mu.Unlock()
	<-open
}

// leave records that an invocation has ended.
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
