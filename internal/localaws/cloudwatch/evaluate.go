package cloudwatch

import (
	"fmt"
	"strconv"
	"time"
)

// judge returns the state of an alarm on a metric for the periods that end at a time, and
// why. ok is false if the alarm stays as it is.
func (a *alarm) judge(s *series, end time.Time) (state State, reason string, ok bool) {
	breaching, missing := 0, 0
	var last *float64
	for i := range a.EvaluationPeriods {
		to := end.Add(-a.Period * time.Duration(i))
		v := s.between(to.Add(-a.Period), to)
		switch {
		case v.count == 0:
			missing++
			continue
		case a.LowSamples == "ignore" && v.count < a.statistic.enough:
			return "", "", false
		}
		value := a.statistic.of(v)
		if last == nil {
			last = &value
		}
		if breaches[a.Comparison](value, a.Threshold) {
			breaching++
		}
	}
	return a.conclude(breaching, missing, last)
}

func (a *alarm) conclude(breaching, missing int, last *float64) (State, string, bool) {
	switch a.MissingData {
	case "breaching":
		breaching += missing
	case "notBreaching":
	case "ignore":
		if missing == a.EvaluationPeriods {
			return "", "", false
		}
	default:
		if missing == a.EvaluationPeriods {
			return InsufficientData, "no data", true
		}
	}
	reason := fmt.Sprintf("%d of the last %d datapoints", breaching, a.EvaluationPeriods)
	if last != nil {
		reason += fmt.Sprintf(" (the latest %s)", number(*last))
	}
	reason += fmt.Sprintf(" breach the threshold: %s %s %s; %d breach for ALARM, %d are missing",
		a.Statistic, a.Comparison, number(a.Threshold), a.DatapointsToAlarm, missing)
	if breaching >= a.DatapointsToAlarm {
		return InAlarm, reason, true
	}
	return OK, reason, true
}

func number(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }
