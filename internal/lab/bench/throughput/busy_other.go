//go:build !unix

package throughput

import "time"

var started = time.Now()

// busy returns the elapsed time, because this system does not report processor time.
func busy() time.Duration { return time.Since(started) }
