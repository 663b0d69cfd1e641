package runtime

import (
	"os/exec"
	goruntime "runtime"
	"sync"
)

// A starter starts all processes from one thread that lives as long as they do. Linux
// sends the parent-death signal when the thread that started a process ends, and Go may
// end threads at any time.
type starter struct {
	starts chan func()
	thread sync.WaitGroup
}

func newStarter() *starter {
	s := &starter{starts: make(chan func())}
	s.thread.Go(func() {
		goruntime.LockOSThread()
		for f := range s.starts {
			f()
		}
	})
	return s
}

// close ends the thread and waits for its end; every process must be gone.
func (s *starter) close() {
	close(s.starts)
	s.thread.Wait()
}

func (s *starter) start(cmd *exec.Cmd) error {
	result := make(chan error, 1)
	s.starts <- func() { result <- cmd.Start() }
	return <-result
}
