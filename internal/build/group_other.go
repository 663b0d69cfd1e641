//go:build !unix

package build

import "os/exec"

// interruptible bounds how long cmd may take to end with its context. What it
// started is not ended with it here.
func interruptible(cmd *exec.Cmd) { cmd.WaitDelay = stopWithin }
