package value

import (
	"strconv"
	"strings"
)

// Limits of DynamoDB's numbers.
const (
	maxDigits   = 38
	maxExponent = 125  // of the first digit
	minExponent = -130 // of the first digit
)

// The messages with which DynamoDB refuses a number.
const (
	noNumber       = "The parameter cannot be converted to a numeric value"
	numberOverflow = "Number overflow. Attempting to store a number with magnitude larger than supported range"
	numberTooSmall = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
	tooManyDigits  = "Attempting to store more than 38 significant digits in a Number"
)

// A NumberError says in DynamoDB's words why a text is no number of DynamoDB.
type NumberError string

// Error is the message of the ValidationException.
func (e NumberError) Error() string { return string(e) }

// Number makes an N of decimal text such as "-1.50e3", in DynamoDB's
// normalized form ("-1500"). The error is a NumberError: no number, more than
// 38 significant digits, or a magnitude outside 1e-130 to 9.99e125.
func Number(text string) (Value, error) {
	d, ok := parseDecimal(text)
	if !ok {
		if text == "" {
			return Value{}, NumberError(noNumber)
		}
		return Value{}, NumberError(noNumber + ": " + text)
	}
	return d.value()
}

// Int makes an N.
func Int(i int64) Value {
	return Value{kind: N, text: strconv.FormatInt(i, 10)}
}

// farOut is an exponent that no number of a request's size brings back.
const farOut = 1 << 30

// decimal is d.ddd * 10^exponent, where digits is "dddd" without zeros at
// either end; zero has no digits, and the exponent of its last written one.
type decimal struct {
	negative bool
	digits   string
	exponent int
}

func (d decimal) value() (Value, error) {
	switch {
	case d.exponent > maxExponent: // also of zero: DynamoDB refuses 0e126 (dynoxide's types.rs, seen on AWS)
		return Value{}, NumberError(numberOverflow)
	case d.exponent < minExponent:
		return Value{}, NumberError(numberTooSmall)
	case d.digits == "":
		return Value{kind: N, text: "0"}, nil
	case len(d.digits) > maxDigits:
		return Value{}, NumberError(tooManyDigits)
	}
	return Value{kind: N, text: d.String()}, nil
}

// String is plain decimal text without an exponent.
func (d decimal) String() string {
	if d.digits == "" {
		return "0"
	}
	sign := ""
	if d.negative {
		sign = "-"
	}
	whole := d.exponent + 1 // digits before the point
	switch {
	case whole <= 0:
		return sign + "0." + strings.Repeat("0", -whole) + d.digits
	case whole >= len(d.digits):
		return sign + d.digits + strings.Repeat("0", whole-len(d.digits))
	}
	return sign + d.digits[:whole] + "." + d.digits[whole:]
}

// parseDecimal reads [+-]digits[.digits][e[+-]digits], where one side of the
// point may be empty.
func parseDecimal(text string) (decimal, bool) {
	var d decimal
	if text != "" && (text[0] == '+' || text[0] == '-') {
		d.negative = text[0] == '-'
		text = text[1:]
	}
	exponent := 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		e, err := strconv.ParseInt(text[i+1:], 10, 64)
		if err != nil {
			return d, false
		}
		// Far beyond the limits, the exact exponent does not matter.
		exponent, text = int(min(max(e, -farOut), farOut)), text[:i]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if whole == "" && fraction == "" || !onlyDigits(whole) || !onlyDigits(fraction) {
		return d, false
	}
	return d.normalize(whole, fraction, exponent), true
}

// normalize strips zeros at both ends and sets digits and exponent.
func (d decimal) normalize(whole, fraction string, exponent int) decimal {
	digits := whole
	if fraction != "" {
		digits = whole + fraction
	}
	stripped := strings.TrimLeft(digits, "0")
	d.exponent = exponent + len(whole) - 1 - (len(digits) - len(stripped))
	d.digits = strings.TrimRight(stripped, "0")
	if d.digits == "" {
		return decimal{exponent: exponent - len(fraction)}
	}
	return d
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func compareNumbers(a, b string) int {
	if a == b {
		return 0
	}
	x, _ := parseDecimal(a)
	y, _ := parseDecimal(b)
	return x.compare(y)
}

func (d decimal) sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.negative:
		return -1
	}
	return 1
}

func (d decimal) compare(o decimal) int {
	if d.sign() != o.sign() {
		return d.sign() - o.sign()
	}
	if d.exponent != o.exponent {
		return (d.exponent - o.exponent) * d.sign()
	}
	// Without zeros at the end, digits order like the fractions that they are.
	return strings.Compare(d.digits, o.digits) * d.sign()
}
