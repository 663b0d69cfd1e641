//go:build unix

package build

import (
	"os/exec"
	"syscall"
)

// interruptible interrupts cmd and all processes that it started when its context ends.
// Without this, go would leave its compilers running.
func interruptible(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = stopWithin
}
