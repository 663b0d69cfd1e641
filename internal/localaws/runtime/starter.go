package runtime

import (
	"os/exec"
	goruntime "runtime"
)

// A starter starts all processes from one thread that lives as long as they do. Linux
// sends the parent-death signal when the thread that started a process ends, and Go may
// end threads at any time.
type starter chan func()

func newStarter() starter {
	s := make(starter)
	go func() {
		goruntime.LockOSThread()
		for f := range s {
			f()
		}
	}()
	return s
}

// close ends the thread; every process must be gone.
func (s starter) close() { close(s) }

func (s starter) start(cmd *exec.Cmd) error {
	result := make(chan error, 1)
	s <- func() { result <- cmd.Start() }
	return <-result
}
