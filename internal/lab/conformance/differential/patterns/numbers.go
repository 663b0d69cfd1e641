package patterns

import (
	"math"
	"strconv"
	"strings"
)

var knownNumbers = []raw{
	"0", "-0", "0.0", "1", "1.0", "1e0", "10", "1E1", "-1", "-1.5", "0.1", "0.10", "300", "3.00e2", "301.8", "123456789012", "9007199254740993",
	"9007199254740992", "0.30000000000000004", "1e23", "1e22", "1e400", "-1e400", "5e-324", "2e-324", "1.7976931348623157e308", "1e-7", "12345678901234567890",
	"1.00000000000000000001", "2.2250738585072014E-308", "0.000001", "4.35", "100", "99.99",
}

func (g *generator) number() raw {
	switch g.IntN(4) {
	case 0:
		return pick(g, knownNumbers)
	case 1:
		return raw(strconv.FormatFloat(math.Float64frombits(g.Uint64()&^(0x7ff<<52)|(1023+uint64(g.IntN(40))-20)<<52), 'g', -1, 64))
	}
	return raw(strconv.FormatFloat(float64(g.IntN(40)-20)/pick(g, []float64{1, 1, 2, 10}), 'f', -1, 64))
}

// plainNumber is one that every operator takes.
func (g *generator) plainNumber() raw {
	if g.one(20) {
		return g.number()
	}
	return raw(strconv.FormatFloat(float64(g.IntN(40)-20)/pick(g, []float64{1, 1, 2, 10}), 'f', -1, 64))
}

// respell writes the same number otherwise.
func (g *generator) respell(n raw) raw {
	s := string(n)
	if strings.ContainsAny(s, "eE") {
		return n
	}
	switch g.IntN(4) {
	case 0:
		return raw(s + "e0")
	case 1:
		return raw(s + "E+0")
	case 2:
		if strings.Contains(s, ".") {
			return raw(s + "00")
		}
		return raw(s + ".0")
	}
	return n
}

// nearNumber is the number, one beside it, or something that looks like it.
func (g *generator) nearNumber(n raw) any {
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return n
	}
	switch g.IntN(5) {
	case 0:
		return string(n)
	case 1:
		return raw(strconv.FormatFloat(math.Nextafter(f, 0), 'g', -1, 64))
	case 2:
		return raw(strconv.FormatFloat(f+1, 'f', -1, 64))
	case 3:
		if !strings.ContainsAny(string(n), "eE.") {
			return n + "0"
		}
	}
	return raw(strconv.FormatFloat(-f, 'g', -1, 64))
}

var comparisons = []string{"=", "<", "<=", ">", ">="}

func drawComparison(g *generator) test {
	n := g.plainNumber()
	value := func() any { return g.around(n) }
	return test{operator("numeric", list{pick(g, comparisons), n}), value, value}
}

func drawRange(g *generator) test {
	low, high := g.plainNumber(), g.plainNumber()
	l, _ := strconv.ParseFloat(string(low), 64) // too large ones are refused, whatever the order
	h, _ := strconv.ParseFloat(string(high), 64)
	if l > h && !g.one(20) {
		low, high = high, low
	}
	terms := list{pick(g, comparisons[3:]), low, pick(g, comparisons[1:3]), high}
	return test{operator("numeric", terms), func() any { return g.between(l, h) }, func() any { return g.around(pick(g, []raw{low, high})) }}
}

// around is a number at, below or above another.
func (g *generator) around(n raw) any {
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil || g.one(3) {
		return g.respell(n)
	}
	return raw(strconv.FormatFloat(f+float64(g.IntN(7)-3)/2, 'f', -1, 64))
}

func (g *generator) between(a, b float64) any {
	return raw(strconv.FormatFloat(math.Round(10*(a+(b-a)*g.Float64()))/10, 'f', -1, 64))
}
