//go:build unix

package throughput

import (
	"syscall"
	"time"
)

// busy returns the processor time of this process. On a machine with other load it is
// more reliable than elapsed time.
func busy() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // fails only for wrong arguments
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
