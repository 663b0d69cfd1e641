// Package emf reads metrics from log lines, as CloudWatch does. It is strict: CloudWatch
// ignores a line that breaks the specification, and tells nobody.
//
// Specification: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package emf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Series are the values of metrics, by the metric's name and the values of its
// dimensions, such as "DeadLettered prod too_old".
type Series map[string][]int64

// Sum is the sum of a series; 0 where there is none.
func (s Series) Sum(name string) (sum int64) {
	for _, v := range s[name] {
		sum += v
	}
	return sum
}

// Limits of the specification.
const (
	maxMetrics   = 100  // in a directive
	maxValues    = 100  // of a metric, in a line
	maxDimension = 1024 // bytes of a dimension's value
)

// Read returns what CloudWatch makes of lines. The error names everything in them that
// it would ignore, or that Lambda would not take for a line of the level INFO.
func Read(text string) (Series, error) {
	found := Series{}
	var errs []error
	if text != "" && !strings.HasSuffix(text, "\n") {
		errs = append(errs, errors.New("the last line does not end"))
	}
	for line := range strings.Lines(text) {
		if err := found.line(strings.TrimSuffix(line, "\n")); err != nil {
			errs = append(errs, fmt.Errorf("%w: %.300s", err, line))
		}
	}
	return found, errors.Join(errs...)
}

// document is what the specification says of a line.
type document struct {
	AWS *struct {
		Timestamp         json.Number
		CloudWatchMetrics []directive
	} `json:"_aws"`
	Level     string `json:"level"`
	Timestamp string `json:"timestamp"`
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []struct{ Name, Unit string }
}

func (s Series) line(text string) error {
	var d document
	var members map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal([]byte(text), &d), json.Unmarshal([]byte(text), &members)); err != nil {
		return err
	}
	if _, err := time.Parse(time.RFC3339, d.Timestamp); err != nil || d.Level != "INFO" {
		return fmt.Errorf("level %q, timestamp %q", d.Level, d.Timestamp)
	}
	if d.AWS == nil {
		return nil // a log line
	}
	if ms, err := d.AWS.Timestamp.Int64(); err != nil || ms < 0 || len(d.AWS.CloudWatchMetrics) == 0 {
		return errors.New("_aws has no time or no directive")
	}
	for _, directive := range d.AWS.CloudWatchMetrics {
		if err := s.directive(&directive, members); err != nil {
			return err
		}
	}
	return nil
}

func (s Series) directive(d *directive, members map[string]json.RawMessage) error {
	if d.Namespace == "" || len(d.Dimensions) == 0 || len(d.Metrics) == 0 || len(d.Metrics) > maxMetrics {
		return fmt.Errorf("directive %+v", *d)
	}
	for _, m := range d.Metrics {
		values, err := valuesOf(members[m.Name])
		if err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		if want := unitOf(m.Name); m.Unit != want {
			return fmt.Errorf("%s has the unit %q, not %s", m.Name, m.Unit, want)
		}
		for _, set := range d.Dimensions {
			dimensions, err := dimensionsOf(set, members)
			if err != nil {
				return err
			}
			s[m.Name+dimensions] = append(s[m.Name+dimensions], values...)
		}
	}
	return nil
}

// unitOf is the unit that a metric should have.
func unitOf(metric string) string {
	if strings.HasPrefix(metric, "ChangeTo") {
		return "Milliseconds"
	}
	return "Count"
}

// valuesOf reads a number or a list of numbers. A negative value is valid, and hides all
// percentiles of its metric.
func valuesOf(raw json.RawMessage) (values []int64, err error) {
	if !bytes.HasPrefix(raw, []byte("[")) {
		raw = fmt.Appendf(nil, "[%s]", raw)
	}
	if err := json.Unmarshal(raw, &values); err != nil {
		return nil, err
	}
	if len(values) == 0 || len(values) > maxValues {
		return nil, fmt.Errorf("%d values", len(values))
	}
	for _, v := range values {
		if v < 0 {
			return nil, fmt.Errorf("a value of %d", v)
		}
	}
	return values, nil
}

func dimensionsOf(set []string, members map[string]json.RawMessage) (text string, err error) {
	for _, name := range set {
		var value string
		if err := json.Unmarshal(members[name], &value); err != nil {
			return "", fmt.Errorf("dimension %s: %w", name, err)
		}
		plain := strings.Trim(value, " ") != "" && strings.Trim(value, printable) == ""
		if !plain || len(value) > maxDimension {
			return "", fmt.Errorf("dimension %s has the value %.40q", name, value)
		}
		text += " " + value
	}
	return text, nil
}

const printable = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
