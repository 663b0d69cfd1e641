// Package stats computes the two figures that benchmarks report: medians and quantiles.
package stats

import (
	"cmp"
	"math"
	"slices"
)

// Median returns the middle value. For an even number of values it is the mean of the
// two middle ones, and for no values it is 0. The values may be in any order. Median
// does not reorder them.
func Median[T ~int64 | ~float64](values []T) T {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// Quantile returns the value at q, from 0 to 1, by the nearest-rank method: the least
// value that at least the share q of all values does not exceed. The result is always
// one of the values, and 0 if there are none. The values may be in any order. Quantile
// does not reorder them.
func Quantile[T cmp.Ordered](values []T, q float64) (v T) {
	if len(values) == 0 {
		return v
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(rank(q, len(sorted)), 1)-1]
}

// rank returns q*n, rounded up. It corrects floating-point errors first: 0.07*100 is
// 7.000000000000001, whose rank must be 7.
func rank(q float64, n int) int {
	const digits = 1e-9
	return int(math.Ceil(q*float64(n) - digits))
}
