//go:build unix

package build

import (
	"os/exec"
	"syscall"
)

// interruptible makes the end of cmd's context interrupt it with all that it
// started: go by itself would leave its compilers behind.
func interruptible(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = stopWithin
}
