package cloudwatch

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
)

// A Statistic turns the values of a period into one number.
type Statistic struct {
	text string
	of   func(*values) float64

	// enough is the number of values from which CloudWatch calls a percentile
	// significant; 0: any.
	enough float64
}

var plain = map[string]func(*values) float64{
	"SampleCount": func(v *values) float64 { return v.count },
	"Sum":         func(v *values) float64 { return v.sum },
	"Average":     func(v *values) float64 { return v.sum / v.count },
	"Minimum":     func(v *values) float64 { return v.min },
	"Maximum":     func(v *values) float64 { return v.max },
}

var (
	percentileForm = regexp.MustCompile(`^p(\d{1,2}(?:\.\d{1,10})?|100)$`)
	rankForm       = regexp.MustCompile(`^PR\((\d+(?:\.\d+)?)?:(\d+(?:\.\d+)?)?\)$`)
)

// ParseStatistic reads a statistic as CloudWatch writes it: SampleCount, Sum, Average,
// Minimum, Maximum, p0 to p100, PR(low:high) with either bound left out.
func ParseStatistic(text string) (Statistic, error) {
	if of := plain[text]; of != nil {
		return Statistic{text: text, of: of}, nil
	}
	if m := percentileForm.FindStringSubmatch(text); m != nil {
		p, _ := strconv.ParseFloat(m[1], 64) // the form is a number
		return Statistic{text: text, of: func(v *values) float64 { return v.percentile(p) }, enough: significant(p)}, nil
	}
	if m := rankForm.FindStringSubmatch(text); m != nil && m[1]+m[2] != "" {
		low, high := bound(m[1], math.Inf(-1)), bound(m[2], math.Inf(1))
		return Statistic{text: text, of: func(v *values) float64 { return v.rank(low, high) }}, nil
	}
	return Statistic{}, fmt.Errorf("the statistic %q is not supported (SampleCount, Sum, Average, Minimum, Maximum, pN and PR(low:high) are)", text)
}

func bound(text string, otherwise float64) float64 {
	if text == "" {
		return otherwise
	}
	value, _ := strconv.ParseFloat(text, 64) // the form is a number
	return value
}

// significant is CloudWatch's rule for percentiles: 10/(1-p) values from the median on,
// and 10/p below it.
func significant(p float64) float64 {
	if p >= 50 {
		return 1000 / (100 - p)
	}
	return 1000 / p
}
