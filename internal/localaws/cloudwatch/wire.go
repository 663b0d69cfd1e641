package cloudwatch

import (
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// Wire is the service as SDKs speak to it.
func (s *Service) Wire() *wire.Service {
	return &wire.Service{Target: "GraniteServiceVersion20100801", Version: "1.0", Binary: true, Operations: map[string]wire.Operation{
		"DescribeAlarms":       wire.Op(s.describeAlarms),
		"DescribeAlarmHistory": wire.Op(s.describeAlarmHistory),
		"SetAlarmState":        wire.Op(s.setAlarmState),
		"ListMetrics":          wire.Op(s.listMetrics),
		"GetMetricStatistics":  wire.Op(s.getMetricStatistics),
		"GetMetricData":        wire.Op(s.getMetricData),
	}}
}

type empty struct{}

func invalid(format string, args ...any) *wire.Error {
	e := wire.Errorf("InvalidParameterValueException", format, args...)
	e.Query = "InvalidParameterValue"
	return e
}

func missing(name string) *wire.Error {
	e := wire.Errorf("MissingRequiredParameterException", "The parameter %s is required.", name)
	e.Query = "MissingParameter"
	return e
}

// page cuts the part of a list that starts at a token, the number of its first item, and
// says where the next one starts.
func page[T any](list []T, token string, size int) (part []T, next string, err error) {
	start, err := offset(token, len(list))
	if err != nil {
		return nil, "", err
	}
	part = list[start:]
	if len(part) > size {
		part, next = part[:size], tokenOf(start+size)
	}
	return part, next, nil
}
