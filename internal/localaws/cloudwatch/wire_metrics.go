package cloudwatch

import (
	"maps"
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

const (
	listed        = 500    // metrics in one answer
	maxDatapoints = 1440   // of GetMetricStatistics
	maxData       = 100800 // of GetMetricData
	maxQueries    = 500
)

type listMetricsInput struct {
	Namespace, MetricName string
	Dimensions            []struct{ Name, Value string } // an empty Value: any
	RecentlyActive        string
	NextToken             string
}

type metricJSON struct {
	Namespace, MetricName string
	Dimensions            []dimensionJSON
}

type listMetricsOutput struct {
	Metrics   []metricJSON
	NextToken string `json:",omitzero"`
}

func (s *Service) listMetrics(in *listMetricsInput) (*listMetricsOutput, error) {
	if in.RecentlyActive != "" && in.RecentlyActive != "PT3H" {
		return nil, invalid("RecentlyActive must be PT3H")
	}
	all := []metricJSON{}
	for _, key := range slices.Sorted(maps.Keys(s.series)) {
		if m := s.series[key].metric; in.matches(m) {
			all = append(all, metricJSON{m.Namespace, m.Name, m.onWire()})
		}
	}
	part, next, err := page(all, in.NextToken, listed)
	return &listMetricsOutput{part, next}, err
}

func (in *listMetricsInput) matches(m Metric) bool {
	for _, d := range in.Dimensions {
		if value, ok := m.value(d.Name); !ok || d.Value != "" && d.Value != value {
			return false
		}
	}
	return (in.Namespace == "" || in.Namespace == m.Namespace) && (in.MetricName == "" || in.MetricName == m.Name)
}

type getMetricStatisticsInput struct {
	Namespace, MetricName string
	Dimensions            []dimensionJSON
	StartTime, EndTime    wire.Time
	Period                int
	Statistics            []string
	ExtendedStatistics    []string
	Unit                  string
}

type datapointJSON struct {
	Timestamp          wire.Time
	SampleCount        *float64           `json:",omitzero"`
	Sum                *float64           `json:",omitzero"`
	Average            *float64           `json:",omitzero"`
	Minimum            *float64           `json:",omitzero"`
	Maximum            *float64           `json:",omitzero"`
	ExtendedStatistics map[string]float64 `json:",omitzero"`
	Unit               string
}

type getMetricStatisticsOutput struct {
	Label      string
	Datapoints []datapointJSON
}

func (s *Service) getMetricStatistics(in *getMetricStatisticsInput) (*getMetricStatisticsOutput, error) {
	asked, err := statistics(slices.Concat(in.Statistics, in.ExtendedStatistics))
	if err != nil {
		return nil, err
	}
	points, err := s.points(in.metric(), in.Unit, in.Period, time.Time(in.StartTime), time.Time(in.EndTime), maxDatapoints)
	if err != nil {
		return nil, err
	}
	out := &getMetricStatisticsOutput{Label: in.MetricName, Datapoints: []datapointJSON{}}
	for _, p := range points {
		out.Datapoints = append(out.Datapoints, p.onWire(asked))
	}
	return out, nil
}

func (in *getMetricStatisticsInput) metric() Metric {
	return metricOf(in.Namespace, in.MetricName, in.Dimensions)
}

func metricOf(namespace, name string, dimensions []dimensionJSON) Metric {
	m := Metric{Namespace: namespace, Name: name}
	for _, d := range dimensions {
		m.Dimensions = append(m.Dimensions, Dimension(d))
	}
	return m
}

func statistics(names []string) ([]Statistic, error) {
	if len(names) == 0 {
		return nil, missing("Statistics")
	}
	var all []Statistic
	for _, name := range names {
		statistic, err := ParseStatistic(name)
		if err != nil {
			return nil, invalid("%v", err)
		}
		all = append(all, statistic)
	}
	return all, nil
}

// point is one period with values.
type point struct {
	start time.Time
	unit  string
	*values
}

// points cuts [from, to) into periods, and returns those with values, oldest first.
func (s *Service) points(m Metric, unit string, period int, from, to time.Time, most int) ([]point, error) {
	length := time.Duration(period) * time.Second
	from = from.UTC().Truncate(minute)
	switch {
	case m.Namespace == "":
		return nil, missing("Namespace")
	case m.Name == "":
		return nil, missing("MetricName")
	case length < minute || length%minute != 0:
		return nil, invalid("The parameter Period must be a number of minutes, in seconds: localaws keeps no shorter ones")
	case !from.Before(to):
		return nil, invalid("The parameter StartTime must be less than the parameter EndTime.")
	case to.Sub(from)/length > time.Duration(most):
		return nil, invalid("You have requested up to %d datapoints, which exceeds the limit of %d.", to.Sub(from)/length, most)
	}
	of := s.series[m.key()]
	if of == nil || unit != "" && unit != of.unitName() {
		return nil, nil
	}
	var all []point
	for start := from; start.Before(to); start = start.Add(length) {
		end := start.Add(length)
		if end.After(to) {
			end = to
		}
		if v := of.between(start, end); v.count > 0 {
			all = append(all, point{start, of.unitName(), v})
		}
	}
	return all, nil
}

func (s *series) unitName() string {
	if s.unit == "" {
		return "None"
	}
	return s.unit
}

func (p point) onWire(asked []Statistic) datapointJSON {
	out := datapointJSON{Timestamp: wire.Time(p.start), Unit: p.unit}
	for _, statistic := range asked {
		value := statistic.of(p.values)
		switch statistic.text {
		case "SampleCount":
			out.SampleCount = &value
		case "Sum":
			out.Sum = &value
		case "Average":
			out.Average = &value
		case "Minimum":
			out.Minimum = &value
		case "Maximum":
			out.Maximum = &value
		default:
			if out.ExtendedStatistics == nil {
				out.ExtendedStatistics = map[string]float64{}
			}
			out.ExtendedStatistics[statistic.text] = value
		}
	}
	return out
}
