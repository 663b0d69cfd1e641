package value

import (
	"math/big"
	"strconv"
	"strings"
)

// Add is the exact sum of two numbers. The error is a NumberError: the result
// has more than 38 significant digits or lies outside DynamoDB's range. Both
// must be of kind N.
func (v Value) Add(o Value) (Value, error) { return add(v.text, o.text, false) }

// Subtract is the exact difference of two numbers; see Add.
func (v Value) Subtract(o Value) (Value, error) { return add(v.text, o.text, true) }

func add(a, b string, subtract bool) (Value, error) {
	if r, ok := addSmall(a, b, subtract); ok {
		return r, nil
	}
	x, _ := parseDecimal(a)
	y, _ := parseDecimal(b)
	y.negative = y.negative != subtract
	last := min(x.exponent-len(x.digits), y.exponent-len(y.digits)) + 1
	sum := x.scaled(last)
	sum.Add(sum, y.scaled(last))
	if sum.Sign() == 0 {
		return Int(0), nil // whatever the exponents were
	}
	text := new(big.Int).Abs(sum).String()
	r := decimal{negative: sum.Sign() < 0}.normalize(text, "", last)
	return r.value()
}

// addSmall is the common case of counters: whole numbers that fit.
func addSmall(a, b string, subtract bool) (Value, bool) {
	const safe = 18
	if len(a) > safe || len(b) > safe || strings.IndexByte(a, '.') >= 0 || strings.IndexByte(b, '.') >= 0 {
		return Value{}, false
	}
	x, errX := strconv.ParseInt(a, 10, 64)
	y, errY := strconv.ParseInt(b, 10, 64)
	if errX != nil || errY != nil {
		return Value{}, false
	}
	if subtract {
		y = -y
	}
	return Int(x + y), true
}

// scaled is the number as a multiple of 10^last.
func (d decimal) scaled(last int) *big.Int {
	r := new(big.Int)
	if d.digits == "" {
		return r
	}
	r.SetString(d.digits, 10)
	power := int64(d.exponent - len(d.digits) + 1 - last)
	r.Mul(r, new(big.Int).Exp(big.NewInt(10), big.NewInt(power), nil))
	if d.negative {
		r.Neg(r)
	}
	return r
}
