//go:build !unix

package runtime

import (
	"os"
	"syscall"
)

func attributes() *syscall.SysProcAttr { return nil }

// kill ends a process. What it started is not ended with it here.
func kill(p *os.Process) { _ = p.Kill() } // it may be gone already

// terminate is kill: there is no SIGTERM here.
func terminate(p *os.Process) { kill(p) }
