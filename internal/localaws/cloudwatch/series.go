package cloudwatch

import (
	"slices"
	"time"
)

const minute = time.Minute

// series is one metric by the minute, oldest first.
type series struct {
	metric  Metric
	unit    string
	minutes []bucket
}

// bucket is one minute, from its start on.
type bucket struct {
	start time.Time
	values
}

func (s *series) find(start time.Time) (int, bool) {
	return slices.BinarySearchFunc(s.minutes, start, func(b bucket, t time.Time) int { return b.start.Compare(t) })
}

func (s *series) add(at time.Time, value, times float64) {
	start := at.UTC().Truncate(minute)
	i, ok := s.find(start)
	if !ok {
		s.minutes = slices.Insert(s.minutes, i, bucket{start: start})
	}
	s.minutes[i].add(value, times)
}

// forget drops minutes that started before a time.
func (s *series) forget(before time.Time) {
	i, _ := s.find(before)
	if i > 0 {
		s.minutes = slices.Delete(s.minutes, 0, i)
	}
}

// between joins the minutes that start in [from, to).
func (s *series) between(from, to time.Time) *values {
	all := &values{}
	if s == nil {
		return all
	}
	for i, _ := s.find(from); i < len(s.minutes) && s.minutes[i].start.Before(to); i++ {
		all.join(&s.minutes[i].values)
	}
	return all
}
