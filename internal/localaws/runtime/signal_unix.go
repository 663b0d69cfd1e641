//go:build unix

package runtime

import (
	"os"
	"syscall"
)

// kill ends a process and whatever it started, which is in its group.
func kill(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) } // it may be gone already

// terminate asks a process to end.
func terminate(p *os.Process) { _ = p.Signal(syscall.SIGTERM) } // likewise
