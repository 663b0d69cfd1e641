// Package nightly tells tests how much to do. make test plays a sample of what
// is random or large, and make nightly plays all of it.
package nightly

import "os"

// Size returns full under make nightly, and sample otherwise.
func Size(sample, full int) int {
	if os.Getenv("BOTPREFS_NIGHTLY") == "1" {
		return full
	}
	return sample
}
