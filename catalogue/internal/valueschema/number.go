package valueschema

import (
	"cmp"
	"math/big"
	"strconv"
	"strings"
)

// A Number is a JSON number, exactly: its digits times a power of ten. Equal numbers
// are ==. The zero Number is 0.
type Number struct {
	negative bool
	digits   string // without zeros at either end; empty for 0
	exponent int
}

// maxExponent is where exponents end: a number beyond it counts as if it stood there.
// The contract takes no number that large, and one that small is not told from others.
const maxExponent = 1 << 30

// ParseNumber reads the text of a JSON number.
func ParseNumber(text string) Number {
	var n Number
	text, n.negative = strings.CutPrefix(text, "-")
	mantissa, exponent := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, exponent = text[:i], parseExponent(text[i+1:])
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	n.digits = strings.TrimRight(digits, "0")
	if n.digits == "" {
		return Number{}
	}
	n.exponent = exponent - len(fraction) + len(digits) - len(n.digits)
	return n
}

func parseExponent(text string) int {
	exponent, err := strconv.Atoi(strings.TrimPrefix(text, "+"))
	if err != nil { // more digits than an int has
		exponent = maxExponent
		if strings.HasPrefix(text, "-") {
			exponent = -maxExponent
		}
	}
	return min(max(exponent, -maxExponent), maxExponent)
}

// String is a text that equal numbers share.
func (n Number) String() string {
	if n.digits == "" {
		return "0"
	}
	text := n.digits + "e" + strconv.Itoa(n.exponent)
	if n.negative {
		return "-" + text
	}
	return text
}

// IsInteger tells whether the number is one: 1.0 and 1e2 are.
func (n Number) IsInteger() bool { return n.exponent >= 0 }

// Compare is below, at or above 0 where n is less than, equal to or greater than other.
func (n Number) Compare(other Number) int {
	switch a, b := n.sign(), other.sign(); {
	case a != b:
		return cmp.Compare(a, b)
	case a < 0:
		return other.compareSize(n)
	default:
		return n.compareSize(other)
	}
}

func (n Number) sign() int {
	switch {
	case n.digits == "":
		return 0
	case n.negative:
		return -1
	}
	return 1
}

// compareSize compares without the signs. Neither or both are 0.
func (n Number) compareSize(other Number) int {
	if c := cmp.Compare(len(n.digits)+n.exponent, len(other.digits)+other.exponent); c != 0 {
		return c
	}
	return strings.Compare(n.digits, other.digits) // both begin at the same power of ten
}

// IsMultipleOf tells whether n is a whole number of times of, which is not 0.
func (n Number) IsMultipleOf(divisor Number) bool {
	if n.digits == "" {
		return true
	}
	shift := n.exponent - divisor.exponent
	if shift < 0 || divisor.digits == "" {
		// The digits do not end in a zero, so no power of ten divides them.
		return false
	}
	if shift > 1<<12 {
		shift = 1 << 12 // no divisor has so many factors of two or five that more would help
	}
	a, _ := new(big.Int).SetString(n.digits+strings.Repeat("0", shift), 10)
	b, _ := new(big.Int).SetString(divisor.digits, 10)
	return a.Rem(a, b).Sign() == 0
}
