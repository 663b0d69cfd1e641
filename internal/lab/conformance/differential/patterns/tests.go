package patterns

// test is one entry of a leaf's array, with ways to values that should pass it
// and to values that almost do.
type test struct {
	json      any
	hit, miss func() any
}

// absent as a value stands for a member that is not there.
type absent struct{}

// kinds are the operators, in all their forms.
var kinds = []struct {
	name string
	draw func(g *generator) test
}{
	{"string", func(g *generator) test { s := g.word(); return g.about(s, s) }},
	{"address", drawAddress},
	{"number", func(g *generator) test {
		n := g.number()
		return test{n, func() any { return g.respell(n) }, func() any { return g.nearNumber(n) }}
	}},
	{"literal", func(g *generator) test {
		l := pick(g, []raw{"true", "false", "null"})
		return test{l, func() any { return l }, func() any { return pick(g, []any{string(l), raw("true"), raw("null"), ""}) }}
	}},
	{"exactly", func(g *generator) test { s := g.word(); return g.about(operator("exactly", s), s) }},
	{"prefix", drawText("prefix", prefixed)},
	{"suffix", drawText("suffix", suffixed)},
	{"equals-ignore-case", drawText("equals-ignore-case", (*generator).otherCase)},
	{"prefix/equals-ignore-case", drawNested("prefix", "equals-ignore-case", prefixedAnyCase)},
	{"suffix/equals-ignore-case", drawNested("suffix", "equals-ignore-case", suffixedAnyCase)},
	{"wildcard", func(g *generator) test {
		w := g.wildcard()
		return test{operator("wildcard", w), func() any { return g.fill(w) }, func() any { return g.nearWord(g.fill(w)) }}
	}},
	{"numeric", drawComparison},
	{"numeric range", drawRange},
	{"exists", func(g *generator) test {
		return test{operator("exists", raw("true")), g.value, func() any { return pick(g, []any{absent{}, list{}, object{}}) }}
	}},
	{"exists false", func(g *generator) test {
		return test{operator("exists", raw("false")), func() any { return pick(g, []any{absent{}, absent{}, list{}, object{}}) }, g.value}
	}},
	{"cidr", drawCIDR},
	{"anything-but", func(g *generator) test { s := g.word(); return g.but(s, func() any { return s }) }},
	{"anything-but number", func(g *generator) test {
		n := g.plainNumber()
		return g.but(n, func() any { return g.respell(n) })
	}},
	{"anything-but list", drawButList},
	{"anything-but numbers", drawButNumbers},
	{"anything-but/prefix", drawBut("prefix", prefixed)},
	{"anything-but/suffix", drawBut("suffix", suffixed)},
	{"anything-but/equals-ignore-case", drawBut("equals-ignore-case", (*generator).otherCase)},
	{"anything-but/wildcard", drawButWildcard},
}

func operator(name string, operand any) object { return object{{name, operand}} }

// about is a test that one string passes.
func (g *generator) about(json any, s string) test {
	return test{json, func() any { return s }, func() any { return g.nearWord(s) }}
}

// but is an anything-but test; denied makes values that it must not take.
func (g *generator) but(operand any, denied func() any) test {
	return test{operator("anything-but", operand), g.value, denied}
}

// A shape makes, from an operator's operand, a string that the operator takes.
type shape func(g *generator, operand string) string

var (
	prefixed shape = func(g *generator, s string) string { return s + g.word() }
	suffixed shape = func(g *generator, s string) string { return g.word() + s }

	prefixedAnyCase shape = func(g *generator, s string) string { return g.otherCase(s) + g.word() }
	suffixedAnyCase shape = func(g *generator, s string) string { return g.word() + g.otherCase(s) }
)

func (g *generator) near(makes shape, operand string) func() any {
	return func() any { return g.nearWord(makes(g, g.nearWord(operand))) }
}

func drawText(name string, makes shape) func(*generator) test {
	return func(g *generator) test {
		s := g.word()
		return test{operator(name, s), func() any { return makes(g, s) }, g.near(makes, s)}
	}
}

func drawNested(outer, inner string, makes shape) func(*generator) test {
	return func(g *generator) test {
		s := g.word()
		return test{operator(outer, operator(inner, s)), func() any { return makes(g, s) }, g.near(makes, s)}
	}
}

func drawBut(name string, makes shape) func(*generator) test {
	return func(g *generator) test {
		words, operand := g.words()
		return g.but(operator(name, operand), func() any { return makes(g, pick(g, words)) })
	}
}

// words draws one string, or a list of some, as operand. Empty ones are rare:
// prefix and suffix refuse them.
func (g *generator) words() ([]string, any) {
	var words []string
	var operand list
	for range 1 + g.IntN(3) {
		w := g.word()
		if w == "" && !g.one(10) {
			w = "x"
		}
		words, operand = append(words, w), append(operand, w)
	}
	if len(words) == 1 && g.one(2) {
		return words, words[0]
	}
	return words, operand
}

func drawButList(g *generator) test {
	words, operand := g.words()
	if one, ok := operand.(string); ok {
		operand = list{one}
	}
	return g.but(operand, func() any { return pick(g, words) })
}

func drawButNumbers(g *generator) test {
	var numbers []raw
	var operand list
	for range 1 + g.IntN(3) {
		n := g.plainNumber()
		numbers, operand = append(numbers, n), append(operand, n)
	}
	return g.but(operand, func() any { return g.respell(pick(g, numbers)) })
}

func drawButWildcard(g *generator) test {
	w := g.wildcard()
	var operand any = w
	if g.one(2) {
		operand = list{w, g.wildcard()}
	}
	return g.but(operator("wildcard", operand), func() any { return g.fill(w) })
}
