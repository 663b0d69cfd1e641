package cloudwatch

import (
	"errors"
	"fmt"
	"time"
)

// State is what an alarm says.
type State string

// The states of an alarm. One that was never evaluated has too little data.
const (
	OK               State = "OK"
	InAlarm          State = "ALARM"
	InsufficientData State = "INSUFFICIENT_DATA"
)

// Alarm configures an alarm under the names of CloudFormation. It has either a Metric or a
// Rule.
type Alarm struct {
	Name        string
	ARN         string
	Description string

	Metric            Metric
	Statistic         string // also an extended one, such as PR(:3000)
	Period            time.Duration
	EvaluationPeriods int
	DatapointsToAlarm int // 0: as many as EvaluationPeriods
	Threshold         float64
	Comparison        string // such as GreaterThanThreshold
	MissingData       string // missing (also if empty), notBreaching, breaching or ignore
	LowSamples        string // of a percentile: evaluate (also if empty) or ignore

	Rule string // of a composite: ALARM("a") AND NOT OK("b")

	AlarmActions, OKActions []string // ARNs
}

// maxSpan bounds period times evaluation periods.
const maxSpan = 24 * time.Hour

var breaches = map[string]func(value, threshold float64) bool{
	"GreaterThanThreshold":          func(v, t float64) bool { return v > t },
	"GreaterThanOrEqualToThreshold": func(v, t float64) bool { return v >= t },
	"LessThanThreshold":             func(v, t float64) bool { return v < t },
	"LessThanOrEqualToThreshold":    func(v, t float64) bool { return v <= t },
}

// alarm is an alarm with its state.
type alarm struct {
	Alarm
	statistic Statistic
	rule      rule // nil: on a metric

	state   State
	reason  string
	changed time.Time // since when it is in its state
	updated time.Time // of state or reason
	made    time.Time
}

// check says which field breaks which of CloudWatch's rules.
func (a *alarm) check() (err error) {
	if a.Name == "" || len(a.Name) > 255 {
		return fmt.Errorf("AlarmName must have 1 to 255 characters")
	}
	if a.Rule != "" {
		a.rule, err = parseRule(a.Rule)
		return err
	}
	if a.statistic, err = ParseStatistic(a.Statistic); err != nil {
		return err
	}
	switch a.MissingData {
	case "", "missing", "notBreaching", "breaching", "ignore":
	default:
		return fmt.Errorf("TreatMissingData is %q", a.MissingData)
	}
	switch {
	case a.Metric.Namespace == "" || a.Metric.Name == "":
		return errors.New("Namespace and MetricName are required")
	case a.Period < minute || a.Period%minute != 0:
		return fmt.Errorf("Period is %v, not a number of minutes", a.Period)
	case a.EvaluationPeriods < 1 || a.DatapointsToAlarm < 0 || a.DatapointsToAlarm > a.EvaluationPeriods:
		return errors.New("EvaluationPeriods must be at least 1, and DatapointsToAlarm not more")
	case a.span() > maxSpan:
		return fmt.Errorf("Period times EvaluationPeriods is %v, over a day", a.span())
	case breaches[a.Comparison] == nil:
		return fmt.Errorf("ComparisonOperator is %q", a.Comparison)
	case a.LowSamples != "" && a.LowSamples != "evaluate" && a.LowSamples != "ignore":
		return fmt.Errorf("EvaluateLowSampleCountPercentile is %q", a.LowSamples)
	}
	if a.DatapointsToAlarm == 0 {
		a.DatapointsToAlarm = a.EvaluationPeriods
	}
	return nil
}

// span is how far the alarm looks back.
func (a *alarm) span() time.Duration { return a.Period * time.Duration(a.EvaluationPeriods) }
