package cloudwatch

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

const maxAlarms = 100 // in one answer

// The types of alarms.
const (
	metricAlarm    = "MetricAlarm"
	compositeAlarm = "CompositeAlarm"
)

func (a *alarm) kind() string {
	if a.rule != nil {
		return compositeAlarm
	}
	return metricAlarm
}

type describeAlarmsInput struct {
	AlarmNames      []string
	AlarmNamePrefix string
	AlarmTypes      []string // CompositeAlarm, MetricAlarm; none: MetricAlarm
	StateValue      string
	MaxRecords      int
	NextToken       string
}

type describeAlarmsOutput struct {
	MetricAlarms    []alarmJSON
	CompositeAlarms []alarmJSON
	NextToken       string `json:",omitzero"`
}

// alarmJSON is an alarm of either type on the wire.
type alarmJSON struct {
	AlarmName                          string
	AlarmArn                           string
	AlarmDescription                   string `json:",omitzero"`
	AlarmConfigurationUpdatedTimestamp wire.Time
	ActionsEnabled                     bool
	OKActions                          []string
	AlarmActions                       []string
	InsufficientDataActions            []string
	StateValue                         State
	StateReason                        string
	StateUpdatedTimestamp              wire.Time
	StateTransitionedTimestamp         wire.Time

	AlarmRule string `json:",omitzero"`

	MetricName                       string          `json:",omitzero"`
	Namespace                        string          `json:",omitzero"`
	Statistic                        string          `json:",omitzero"`
	ExtendedStatistic                string          `json:",omitzero"`
	Dimensions                       []dimensionJSON `json:",omitzero"`
	Period                           int             `json:",omitzero"`
	EvaluationPeriods                int             `json:",omitzero"`
	DatapointsToAlarm                int             `json:",omitzero"`
	Threshold                        *float64        `json:",omitzero"`
	ComparisonOperator               string          `json:",omitzero"`
	TreatMissingData                 string          `json:",omitzero"`
	EvaluateLowSampleCountPercentile string          `json:",omitzero"`
}

type dimensionJSON struct{ Name, Value string }

func (s *Service) describeAlarms(in *describeAlarmsInput) (*describeAlarmsOutput, error) {
	types := in.AlarmTypes
	if len(types) == 0 {
		types = []string{metricAlarm}
	}
	for _, kind := range types {
		if kind != metricAlarm && kind != compositeAlarm {
			return nil, invalid("AlarmTypes: %q is neither MetricAlarm nor CompositeAlarm", kind)
		}
	}
	if len(in.AlarmNames) > 0 && in.AlarmNamePrefix != "" {
		return nil, invalid("AlarmNames and AlarmNamePrefix cannot be combined")
	}
	size, err := size("MaxRecords", in.MaxRecords, 50, maxAlarms)
	if err != nil {
		return nil, err
	}
	chosen, next, err := page(s.choose(in, types), in.NextToken, size)
	if err != nil {
		return nil, err
	}
	out := &describeAlarmsOutput{MetricAlarms: []alarmJSON{}, CompositeAlarms: []alarmJSON{}, NextToken: next}
	for _, a := range chosen {
		if a.rule != nil {
			out.CompositeAlarms = append(out.CompositeAlarms, a.onWire())
		} else {
			out.MetricAlarms = append(out.MetricAlarms, a.onWire())
		}
	}
	return out, nil
}

// choose lists the alarms that an input asks for, by name.
func (s *Service) choose(in *describeAlarmsInput, types []string) []*alarm {
	var chosen []*alarm
	for _, name := range slices.Sorted(maps.Keys(s.alarms)) {
		a := s.alarms[name]
		if slices.Contains(types, a.kind()) && strings.HasPrefix(name, in.AlarmNamePrefix) &&
			(len(in.AlarmNames) == 0 || slices.Contains(in.AlarmNames, name)) &&
			(in.StateValue == "" || State(in.StateValue) == a.state) {
			chosen = append(chosen, a)
		}
	}
	return chosen
}

func size(name string, asked, otherwise, most int) (int, error) {
	if asked < 0 || asked > most {
		return 0, invalid("%s must be between 1 and %d", name, most)
	}
	if asked == 0 {
		return otherwise, nil
	}
	return asked, nil
}

func (a *alarm) onWire() alarmJSON {
	out := alarmJSON{
		AlarmName: a.Name, AlarmArn: a.ARN, AlarmDescription: a.Description, AlarmConfigurationUpdatedTimestamp: wire.Time(a.made),
		ActionsEnabled: true, OKActions: notNil(a.OKActions), AlarmActions: notNil(a.AlarmActions), InsufficientDataActions: []string{},
		StateValue: a.state, StateReason: a.reason, StateUpdatedTimestamp: wire.Time(a.updated), StateTransitionedTimestamp: wire.Time(a.changed),
		AlarmRule: a.Rule,
	}
	if a.rule != nil {
		return out
	}
	out.Namespace, out.MetricName, out.Dimensions = a.Metric.Namespace, a.Metric.Name, a.Metric.onWire()
	if plain[a.Statistic] != nil {
		out.Statistic = a.Statistic
	} else {
		out.ExtendedStatistic, out.EvaluateLowSampleCountPercentile = a.Statistic, a.LowSamples
	}
	out.Period, out.EvaluationPeriods, out.DatapointsToAlarm = int(a.Period/time.Second), a.EvaluationPeriods, a.DatapointsToAlarm
	out.Threshold, out.ComparisonOperator, out.TreatMissingData = &a.Threshold, a.Comparison, a.MissingData
	return out
}

func (m Metric) onWire() []dimensionJSON {
	list := []dimensionJSON{}
	for _, d := range m.sorted() {
		list = append(list, dimensionJSON(d))
	}
	return list
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

type setAlarmStateInput struct {
	AlarmName, StateValue, StateReason string
	StateReasonData                    string
}

// setAlarmState sets a state until the next evaluation, as in CloudWatch.
func (s *Service) setAlarmState(in *setAlarmStateInput) (*empty, error) {
	a := s.alarms[in.AlarmName]
	switch {
	case in.StateReason == "":
		return nil, missing("StateReason")
	case a == nil:
		return nil, &wire.Error{Code: "ResourceNotFound", Message: "The alarm " + in.AlarmName + " does not exist.", Status: 404, Query: "ResourceNotFound"}
	case !slices.Contains([]State{OK, InAlarm, InsufficientData}, State(in.StateValue)):
		return nil, invalid("StateValue must be OK, ALARM or INSUFFICIENT_DATA")
	}
	s.set(a, State(in.StateValue), in.StateReason)
	s.join()
	return &empty{}, nil
}
