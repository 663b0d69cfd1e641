package cloudwatch

import (
	"maps"
	"math"
	"slices"
)

// maxDistinct bounds the different values that a minute keeps. Further values are rounded
// to two significant digits, so there are at most 90 of them per power of ten.
const maxDistinct = 500

// values are what a metric was in one minute, or in several.
type values struct {
	count, sum float64
	min, max   float64
	times      map[float64]float64 // how often each value occurred
}

func (v *values) add(value, times float64) {
	if v.count == 0 {
		v.min, v.max, v.times = value, value, map[float64]float64{}
	}
	v.count += times
	v.sum += value * times
	v.min, v.max = min(v.min, value), max(v.max, value)
	if _, known := v.times[value]; !known && len(v.times) >= maxDistinct {
		value = rounded(value)
	}
	v.times[value] += times
}

// rounded returns a value with two significant digits.
func rounded(value float64) float64 {
	if value == 0 {
		return 0
	}
	scale := math.Pow(10, math.Floor(math.Log10(math.Abs(value)))-1)
	return math.Round(value/scale) * scale
}

// join adds another minute's values.
func (v *values) join(other *values) {
	if other.count == 0 {
		return
	}
	count, sum, low, high := v.count+other.count, v.sum+other.sum, other.min, other.max
	if v.count > 0 {
		low, high = min(v.min, low), max(v.max, high)
	}
	for value, times := range other.times {
		v.add(value, times)
	}
	v.count, v.sum, v.min, v.max = count, sum, low, high // rounded values would move them
}

// percentile returns the least value that p percent of all values do not exceed.
func (v *values) percentile(p float64) float64 {
	rank, seen := p/100*v.count, 0.0
	for _, value := range slices.Sorted(maps.Keys(v.times)) {
		if seen += v.times[value]; seen >= rank {
			return value
		}
	}
	return v.max
}

// rank returns how many percent of the values are over low and not over high.
func (v *values) rank(low, high float64) float64 {
	within := 0.0
	for value, times := range v.times {
		if value > low && value <= high {
			within += times
		}
	}
	return 100 * within / v.count
}
