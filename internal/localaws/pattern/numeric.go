package pattern

import (
	"math"
	"strconv"
	"strings"
)

// comparableNumber reads a JSON number as event-ruler compares it: by value, if a
// float64 stands for exactly that decimal number. Others (too many digits, too
// large) have only their text.
func comparableNumber(text string) (float64, bool) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) {
		return 0, false
	}
	wanted, ok := normalize(text)
	if !ok {
		return 0, false
	}
	if got, _ := normalize(shortest(f)); wanted != got {
		return 0, false
	}
	return f + 0, true // -0 becomes 0
}

// shortest writes a float64 as Java does: the nearest of the shortest decimal
// numbers that stand for it, but where one digit is enough, the nearest of two
// digits. The smallest of all is 4.9e-324, not 5e-324.
func shortest(f float64) string {
	text := strconv.FormatFloat(f, 'e', -1, 64)
	if strings.Contains(text, ".") {
		return text
	}
	return strconv.FormatFloat(f, 'e', 1, 64)
}

// normalize writes a decimal number in one way: sign, digits without zeros at
// their ends, exponent.
func normalize(text string) (string, bool) {
	negative := strings.HasPrefix(text, "-")
	mantissa, exponentText, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(text, "-")), "e")
	exponent := int64(0)
	if exponentText != "" {
		var err error
		if exponent, err = strconv.ParseInt(exponentText, 10, 32); err != nil {
			return "", false
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	exponent -= int64(len(fraction))
	trimmed := strings.TrimRight(digits, "0")
	exponent += int64(len(digits) - len(trimmed))
	if trimmed == "" {
		return "0", true
	}
	if negative {
		trimmed = "-" + trimmed
	}
	return trimmed + "e" + strconv.FormatInt(exponent, 10), true
}

func equalToNumber(text string) test {
	number, ok := comparableNumber(text)
	if !ok {
		return equalTo(text)
	}
	return test{numeric: true, passes: func(v value) bool { return v.comparable && v.number == number }}
}

// compileNumeric compiles {"numeric": [op, number]} and, for a range,
// {"numeric": [">" or ">=", number, "<" or "<=", number]}.
func compileNumeric(path string, n node) (test, error) {
	if n.kind != '[' {
		return test{}, refuse(path, "Value of numeric must be an array.")
	}
	terms := n.elements
	if len(terms) == 0 || terms[0].kind != '"' {
		return test{}, refuse(path, "Invalid member in numeric match: the first must be an operator")
	}
	operator := terms[0].text
	first, ok := comparisons[operator]
	if !ok {
		return test{}, refuse(path, "Unrecognized numeric range operator: %s", operator)
	}
	number, err := operandOf(path, terms, 0)
	if err != nil {
		return test{}, err
	}
	if len(terms) == 2 {
		return test{numeric: true, passes: func(v value) bool { return v.comparable && first(v.number, number) }}, nil
	}
	if !strings.HasPrefix(operator, ">") {
		return test{}, refuse(path, "Too many elements in numeric expression")
	}
	return compileRange(path, terms, first, number)
}

func compileRange(path string, terms []node, first func(a, b float64) bool, bottom float64) (test, error) {
	if terms[2].kind != '"' {
		return test{}, refuse(path, "Bad value in numeric range: %s", terms[2].text)
	}
	if operator := terms[2].text; operator != "<" && operator != "<=" {
		return test{}, refuse(path, "Bad numeric range operator: %s", operator)
	}
	second := comparisons[terms[2].text]
	top, err := operandOf(path, terms, 2)
	if err != nil {
		return test{}, err
	}
	if len(terms) > 4 {
		return test{}, refuse(path, "Too many terms in numeric range expression")
	}
	if bottom >= top {
		return test{}, refuse(path, "Bottom must be less than top")
	}
	return test{numeric: true, passes: func(v value) bool {
		return v.comparable && first(v.number, bottom) && second(v.number, top)
	}}, nil
}

// operandOf reads the number behind the operator at terms[at].
func operandOf(path string, terms []node, at int) (float64, error) {
	operator := terms[at].text
	if at+1 >= len(terms) || terms[at+1].kind != '0' {
		if operator == "=" {
			operator = "equals"
		}
		return 0, refuse(path, "Value of %s must be numeric", operator)
	}
	number, ok := comparableNumber(terms[at+1].text)
	if !ok {
		return 0, refuse(path, "Cannot compare number : %s", terms[at+1].text)
	}
	return number, nil
}

var comparisons = map[string]func(a, b float64) bool{
	"=":  func(a, b float64) bool { return a == b },
	"<":  func(a, b float64) bool { return a < b },
	"<=": func(a, b float64) bool { return a <= b },
	">":  func(a, b float64) bool { return a > b },
	">=": func(a, b float64) bool { return a >= b },
}
