//go:build !unix

package throughput

import "time"

var started = time.Now()

// busy is the time that went by: here nothing says how long processors worked.
func busy() time.Duration { return time.Since(started) }
