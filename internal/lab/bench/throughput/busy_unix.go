//go:build unix

package throughput

import (
	"syscall"
	"time"
)

// busy is how long processors have worked for this process. On a machine that is
// busy with other things it says more than the time that went by.
func busy() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it has no errors but of its arguments
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
