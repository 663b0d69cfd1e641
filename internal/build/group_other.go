//go:build !unix

package build

import "os/exec"

// interruptible bounds how long cmd may take to end with its context. On this system
// the processes that cmd started keep running.
func interruptible(cmd *exec.Cmd) { cmd.WaitDelay = stopWithin }
