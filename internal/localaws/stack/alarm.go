package stack

import (
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// An Alarm is a CloudWatch alarm: on a metric, or with a Rule about other alarms.
type Alarm struct {
	Name        string
	ARN         string
	Description string

	Namespace         string            `json:",omitzero"`
	Metric            string            `json:",omitzero"`
	Dimensions        map[string]string `json:",omitzero"`
	Statistic         string            `json:",omitzero"` // also an extended one, such as PR(:3000)
	PeriodSeconds     int               `json:",omitzero"`
	EvaluationPeriods int               `json:",omitzero"`
	DatapointsToAlarm int               `json:",omitzero"`
	Threshold         float64
	Comparison        string `json:",omitzero"` // such as GreaterThanThreshold
	MissingData       string `json:",omitzero"` // missing (CloudWatch's default), notBreaching, breaching, ignore
	LowSamples        string `json:",omitzero"` // of a percentile: evaluate (CloudWatch's default), ignore

	Rule string `json:",omitzero"` // of a composite alarm

	AlarmActions, OKActions []string // ARNs
}

var comparisons = []string{"GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"}

func readAlarm(t *template, r *resource, s *Stack) {
	f := t.properties(r)
	a := t.alarm(r, f)
	a.Namespace = f.needText("Namespace", "an alarm watches one metric; localaws evaluates no metric math")
	a.Metric = f.needText("MetricName", "an alarm watches one metric")
	a.Dimensions = t.dimensions(f)
	a.Statistic = f.text("Statistic")
	if extended := f.text("ExtendedStatistic"); extended != "" {
		a.Statistic = extended
	}
	if a.Statistic == "" {
		t.refuse(r.properties, "Statistic or ExtendedStatistic is missing")
	}
	a.PeriodSeconds = f.integer("Period", 0, 60, 86400)
	a.EvaluationPeriods = f.integer("EvaluationPeriods", 0, 1, 1440)
	a.DatapointsToAlarm = f.integer("DatapointsToAlarm", a.EvaluationPeriods, 1, max(a.EvaluationPeriods, 1))
	a.Threshold = f.decimal("Threshold")
	a.Comparison = f.needText("ComparisonOperator", "when does it breach?")
	if !slices.Contains(comparisons, a.Comparison) {
		t.refuse(r.properties, "ComparisonOperator must be one of %v", comparisons)
	}
	a.MissingData = f.want("TreatMissingData", "", "missing", "notBreaching", "breaching", "ignore")
	a.LowSamples = f.text("EvaluateLowSampleCountPercentile")
	f.done("localaws does not know this property of an alarm")
	s.Alarms = append(s.Alarms, a)
}

func readCompositeAlarm(t *template, r *resource, s *Stack) {
	f := t.properties(r)
	a := t.alarm(r, f)
	a.Rule = f.needText("AlarmRule", "which alarms does it join?")
	f.done("localaws does not know this property of a composite alarm")
	s.Alarms = append(s.Alarms, a)
}

// alarm reads what both types of alarms have.
func (t *template) alarm(r *resource, f *fields) Alarm {
	a := Alarm{Name: t.nameOf(r, "AlarmName"), Description: f.text("AlarmDescription")}
	a.ARN = t.arn("cloudwatch", "alarm:"+a.Name)
	a.AlarmActions, a.OKActions = t.actions(f, "AlarmActions"), t.actions(f, "OKActions")
	if !f.flag("ActionsEnabled", true) {
		a.AlarmActions, a.OKActions = nil, nil
	}
	f.ignore("AlarmName", "InsufficientDataActions", "Tags")
	return a
}

func (t *template) actions(f *fields, name string) []string {
	var arns []string
	for _, n := range f.list(name) {
		arns = append(arns, f.textOf(t.eval(n)))
	}
	return arns
}

func (t *template) dimensions(f *fields) map[string]string {
	dimensions := map[string]string{}
	for _, n := range f.list("Dimensions") {
		d := t.open(n, t.eval)
		dimensions[d.needText("Name", "a dimension has a name")] = d.needText("Value", "a dimension has a value")
		d.done("localaws does not know this part of a dimension")
	}
	return dimensions
}

// decimal reads a number, which CloudFormation also takes as text; zero where there is
// none.
func (f *fields) decimal(name string) float64 {
	text := f.needText(name, "a number is needed")
	value, err := strconv.ParseFloat(text, 64)
	if err != nil && text != "" {
		f.refuse(f.raw(name), "must be a number, not %q", text)
	}
	return value
}

// A Dashboard is a CloudWatch dashboard.
type Dashboard struct {
	Name string
	Body string // JSON, in canonical form (RFC 8785)
}

// readDashboard checks that the body is JSON, because CloudFormation takes any text and
// CloudWatch refuses it only when the stack is deployed.
func readDashboard(t *template, r *resource, s *Stack) {
	f := t.properties(r)
	body := jsontext.Value(f.needText("DashboardBody", "what does it show?"))
	if err := body.Canonicalize(); err != nil && len(body) > 0 {
		t.refuse(f.raw("DashboardBody"), "must be JSON: %v", err)
	}
	f.ignore("DashboardName")
	f.done("localaws does not know this property of a dashboard")
	s.Dashboards = append(s.Dashboards, Dashboard{Name: t.nameOf(r, "DashboardName"), Body: string(body)})
}
