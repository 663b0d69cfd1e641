package patterns

import "slices"

// mutate changes something at a random place of a pattern, so that it mostly
// has to be refused.
func (g *generator) mutate(v any) any {
	switch v := v.(type) {
	case object:
		if len(v) > 0 && !g.one(3) {
			v = slices.Clone(v)
			at := g.IntN(len(v))
			v[at].value = g.mutate(v[at].value)
			return v
		}
		return g.mutateObject(v)
	case list:
		if len(v) > 0 && !g.one(4) {
			v = slices.Clone(v)
			at := g.IntN(len(v))
			v[at] = g.mutate(v[at])
			return v
		}
		return g.mutateList(v)
	}
	return g.operand()
}

func (g *generator) mutateObject(o object) any {
	o = slices.Clone(o)
	switch g.IntN(6) {
	case 0:
		return object{}
	case 1:
		return append(o, member{pick(g, operatorNames), g.operand()})
	case 2:
		if len(o) > 0 {
			o[g.IntN(len(o))].name = pick(g, operatorNames)
		}
	case 3:
		if len(o) > 0 {
			return append(o, o[g.IntN(len(o))])
		}
	case 4:
		return list{o}
	default:
		return g.operand()
	}
	return o
}

func (g *generator) mutateList(l list) any {
	switch g.IntN(5) {
	case 0:
		return list{}
	case 1:
		return append(slices.Clone(l), g.operand())
	case 2:
		return list{l}
	case 3:
		if len(l) > 0 {
			return l[0]
		}
	}
	if len(l) > 1 {
		return l[:len(l)-1]
	}
	return g.operand()
}

var operatorNames = []string{
	"$or", "exactly", "prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "exists", "cidr", "regex", "Prefix", "a", "=", "<",
}

// operand is what an operator might be given, rightly or not.
func (g *generator) operand() any {
	return pick(g, []func() any{
		g.value, func() any { return g.plainNumber() }, func() any { return object{} }, func() any { return list{} },
		func() any { return object{{pick(g, operatorNames), g.word()}} },
		func() any { return object{{pick(g, operatorNames), list{g.word(), g.plainNumber()}}} },
		func() any { return list{pick(g, comparisons), g.plainNumber()} },
		func() any { return list{object{{"a", list{raw("1")}}}, object{{"b", list{raw("1")}}}} },
		func() any {
			return pick(g, []string{"10.0.0.0/8", "10.0.0.0/33", "::/0", "::/128", "10.0.0.0/", "/8", "10.0.0.0/8/", "a/8", "*", "a**b", `\`, `\\`, `a\*`, "!="})
		},
	})()
}

// tear changes a character of a text.
func (g *generator) tear(text string) string {
	runes := []rune(text)
	at := g.IntN(len(runes))
	switch g.IntN(3) {
	case 0:
		return string(slices.Delete(runes, at, at+1))
	case 1:
		return string(slices.Insert(runes, at, pick(g, []rune(`{}[]",:01-x\ `))))
	}
	return string(runes[:at])
}
