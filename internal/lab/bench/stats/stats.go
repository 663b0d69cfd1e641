// Package stats has the two figures by which the benchmarks say what many
// measurements are like.
package stats

import (
	"cmp"
	"math"
	"slices"
)

// Median is the middle value; of an even number of values it is the mean of the two
// in the middle. Of nothing it is 0. The values may be in any order and stay in it.
func Median[T ~int64 | ~float64](of []T) T {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// Quantile is the value at q, from 0 to 1, by the nearest-rank method: the least
// value that at least the share q of all values does not exceed. So it is always one
// that was measured. Of nothing it is 0. The values may be in any order and stay
// in it.
func Quantile[T cmp.Ordered](of []T, q float64) (v T) {
	if len(of) == 0 {
		return v
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[max(rank(q, len(sorted)), 1)-1]
}

// rank is q*n, rounded up. What is a whole number but for the last digits of a
// float64 (0.07*100 is 7.000000000000001) is taken for it.
func rank(q float64, n int) int {
	const digits = 1e-9
	return int(math.Ceil(q*float64(n) - digits))
}
