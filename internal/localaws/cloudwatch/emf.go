package cloudwatch

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The limits of the embedded metric format.
const (
	maxMetrics    = 100 // per directive
	maxDimensions = 30  // per set
	maxValues     = 100 // of one metric in one line
)

// embedded is the part of a line that says what its metrics are.
type embedded struct {
	AWS *struct {
		Timestamp         *int64
		CloudWatchMetrics []directive
	} `json:"_aws"`
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []struct{ Name, Unit string }
}

// Line takes the metrics out of a line that a function wrote, if it is one in the embedded
// metric format. CloudWatch says nothing about a malformed line and drops it; the error
// here says what is wrong with it.
func (s *Service) Line(text string) error {
	if !strings.Contains(text, `"_aws"`) {
		return nil
	}
	var e embedded
	var members map[string]jsontext.Value
	if json.Unmarshal([]byte(text), &members) != nil {
		return nil // a line of text that only looks like one
	}
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return fmt.Errorf("embedded metrics: %w", err)
	}
	switch {
	case e.AWS == nil:
		return nil
	case e.AWS.Timestamp == nil:
		return errors.New("embedded metrics: _aws.Timestamp is missing")
	}
	at := time.UnixMilli(*e.AWS.Timestamp)
	for _, d := range e.AWS.CloudWatchMetrics {
		if err := s.embedded(at, &d, members); err != nil {
			return fmt.Errorf("embedded metrics: %w", err)
		}
	}
	return nil
}

func (s *Service) embedded(at time.Time, d *directive, members map[string]jsontext.Value) error {
	if d.Namespace == "" || len(d.Metrics) == 0 || len(d.Metrics) > maxMetrics {
		return fmt.Errorf("Namespace and 1 to %d Metrics are required", maxMetrics)
	}
	for _, names := range d.Dimensions {
		dimensions, err := dimensionsOf(names, members)
		if err != nil {
			return err
		}
		for _, m := range d.Metrics {
			numbers, err := numbersOf(members[m.Name])
			if err != nil {
				return fmt.Errorf("%s: %w", m.Name, err)
			}
			for _, number := range numbers {
				if err := s.Add(Metric{d.Namespace, m.Name, dimensions}, m.Unit, at, number); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func dimensionsOf(names []string, members map[string]jsontext.Value) ([]Dimension, error) {
	if len(names) > maxDimensions {
		return nil, fmt.Errorf("a set has over %d dimensions", maxDimensions)
	}
	var dimensions []Dimension
	for _, name := range names {
		var value string
		if json.Unmarshal(members[name], &value) != nil || value == "" {
			return nil, fmt.Errorf("the dimension %s has no text as its value", name)
		}
		dimensions = append(dimensions, Dimension{name, value})
	}
	return dimensions, nil
}

// numbersOf reads a metric's value: a number, or a list of numbers. An absent one is no
// value.
func numbersOf(value jsontext.Value) (numbers []float64, err error) {
	switch value.Kind() {
	case 0:
		return nil, nil
	case '0':
		numbers = make([]float64, 1)
		return numbers, json.Unmarshal(value, &numbers[0])
	case '[':
		if err := json.Unmarshal(value, &numbers); err != nil {
			return nil, err
		}
		if len(numbers) > maxValues {
			return nil, fmt.Errorf("over %d values", maxValues)
		}
		return numbers, nil
	}
	return nil, errors.New("is neither a number nor a list of numbers")
}
