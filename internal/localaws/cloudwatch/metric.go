package cloudwatch

import (
	"cmp"
	"slices"
	"strings"
)

// A Metric names a series of values.
type Metric struct {
	Namespace  string
	Name       string
	Dimensions []Dimension // in any order
}

// A Dimension is one name and value of a metric.
type Dimension struct{ Name, Value string }

// key is equal for equal metrics.
func (m Metric) key() string {
	var b strings.Builder
	b.WriteString(m.Namespace + "\x00" + m.Name)
	for _, d := range m.sorted() {
		b.WriteString("\x00" + d.Name + "\x00" + d.Value)
	}
	return b.String()
}

func (m Metric) sorted() []Dimension {
	return slices.SortedFunc(slices.Values(m.Dimensions), func(a, b Dimension) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
	})
}

// value is the value of a dimension, and whether the metric has it.
func (m Metric) value(name string) (string, bool) {
	for _, d := range m.Dimensions {
		if d.Name == name {
			return d.Value, true
		}
	}
	return "", false
}
