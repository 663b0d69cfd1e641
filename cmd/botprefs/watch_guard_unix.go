//go:build unix

package main

import (
	"errors"
	"os/exec"
	"syscall"
)

// detach gives a process a session of its own: Ctrl-C and the end of the terminal do not
// reach it.
func detach(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// running tells whether a process of this machine runs.
func running(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
