package cloudwatch

import (
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

type getMetricDataInput struct {
	MetricDataQueries  []dataQuery
	StartTime, EndTime wire.Time
	ScanBy             string // TimestampDescending (also if empty) or TimestampAscending
	MaxDatapoints      int
}

type dataQuery struct {
	Id         string
	MetricStat *struct {
		Metric struct {
			Namespace, MetricName string
			Dimensions            []dimensionJSON
		}
		Period int
		Stat   string
		Unit   string
	}
	Expression string
	Label      string
	ReturnData *bool
	Period     int
}

type getMetricDataOutput struct {
	MetricDataResults []dataResult
	Messages          []empty
}

type dataResult struct {
	Id         string
	Label      string
	Timestamps []wire.Time
	Values     []float64
	StatusCode string
}

func (s *Service) getMetricData(in *getMetricDataInput) (*getMetricDataOutput, error) {
	if n := len(in.MetricDataQueries); n == 0 || n > maxQueries {
		return nil, invalid("MetricDataQueries must have 1 to %d items", maxQueries)
	}
	if !slices.Contains([]string{"", "TimestampDescending", "TimestampAscending"}, in.ScanBy) {
		return nil, invalid("ScanBy is %q", in.ScanBy)
	}
	out := &getMetricDataOutput{MetricDataResults: []dataResult{}, Messages: []empty{}}
	for _, q := range in.MetricDataQueries {
		result, err := s.data(in, &q)
		if err != nil {
			return nil, err
		}
		if q.ReturnData == nil || *q.ReturnData {
			out.MetricDataResults = append(out.MetricDataResults, result)
		}
	}
	return out, nil
}

func (s *Service) data(in *getMetricDataInput, q *dataQuery) (result dataResult, err error) {
	switch {
	case q.Id == "":
		return result, missing("MetricDataQueries.Id")
	case q.Expression != "":
		return result, wire.Unsupported("metric math (MetricDataQueries.Expression)")
	case q.MetricStat == nil:
		return result, missing("MetricDataQueries.MetricStat")
	}
	statistic, err := ParseStatistic(q.MetricStat.Stat)
	if err != nil {
		return result, invalid("%v", err)
	}
	m := metricOf(q.MetricStat.Metric.Namespace, q.MetricStat.Metric.MetricName, q.MetricStat.Metric.Dimensions)
	points, err := s.points(m, q.MetricStat.Unit, q.MetricStat.Period, time.Time(in.StartTime), time.Time(in.EndTime), maxData)
	if err != nil {
		return result, err
	}
	if in.ScanBy != "TimestampAscending" {
		slices.Reverse(points)
	}
	if in.MaxDatapoints > 0 && len(points) > in.MaxDatapoints {
		return result, wire.Unsupported("GetMetricData in several pages: it would answer %d datapoints of %s", len(points), q.Id)
	}
	result = dataResult{Id: q.Id, Label: m.Name, Timestamps: []wire.Time{}, Values: []float64{}, StatusCode: "Complete"}
	if q.Label != "" {
		result.Label = q.Label
	}
	for _, p := range points {
		result.Timestamps = append(result.Timestamps, wire.Time(p.start))
		result.Values = append(result.Values, statistic.of(p.values))
	}
	return result, nil
}
