package stats_test

import (
	"slices"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/stats"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0}, {[]float64{3}, 3}, {[]float64{4, 1}, 2.5}, {[]float64{9, 1, 5}, 5}, {[]float64{9, 7, 1, 3}, 5},
	} {
		before := slices.Clone(c.values)
		if got := stats.Median(c.values); got != c.want || !slices.Equal(c.values, before) {
			t.Errorf("the median of %v is %v and leaves %v, want %v", before, got, c.values, c.want)
		}
	}
	if got := stats.Median([]time.Duration{3, 1}); got != 2 {
		t.Errorf("the median of two times is %v", got)
	}
}

// counting is 1 to n, the greatest first.
func counting(n int) (all []int) {
	for i := n; i > 0; i-- {
		all = append(all, i)
	}
	return all
}

func TestQuantileIsByTheNearestRank(t *testing.T) {
	for _, c := range []struct {
		n    int
		q    float64
		want int
	}{
		{0, 0.5, 0}, {1, 0.5, 1}, {1, 0.99, 1}, {2, 0.5, 1}, {3, 0.5, 2}, {4, 0.5, 2},
		{99, 0.99, 99}, {100, 0.99, 99}, {101, 0.99, 100}, {1000, 0.999, 999}, {1001, 0.999, 1000},
		{10, 0, 1}, {10, 1, 10}, {100, 0.07, 7},
	} {
		values := counting(c.n)
		if got := stats.Quantile(values, c.q); got != c.want || !slices.Equal(values, counting(c.n)) {
			t.Errorf("the quantile %v of 1 to %d is %d, want %d", c.q, c.n, got, c.want)
		}
	}
}
