package patterns

import (
	"math/rand/v2"
)

// generator draws everything of one case.
type generator struct {
	*rand.Rand
	operators map[string]bool // that the pattern has
	branches  int             // that the pattern multiplies out to, roughly
	fields    int             // that the pattern has so far
}

// group is an object of a pattern: what is below it holds at once.
type group []field

// field is one member of a group: tests, a group below it, or, without a name,
// the alternatives of a $or.
type field struct {
	name  string
	tests []test
	below group
	or    []group
}

var fieldNames = []string{"a", "b", "c", "d", "e", "f", "a.b", "b.c"}

// Few fields, so that whole patterns match often and stay below EventBridge's
// quota of characters.
const (
	maxDepth    = 3
	maxBranches = 24
	maxFields   = 9
)

func (g *generator) group(depth int) group {
	var fields group
	names := g.Perm(len(fieldNames))
	for i := range 1 + g.IntN(3) {
		f := field{name: fieldNames[names[i]]}
		if g.one(40) {
			f.name = pick(g, []string{"", ".", "a.", fieldNames[names[0]], "é", "$", "prefix", "exists"})
		}
		g.fields++
		mayNest := depth < maxDepth && g.fields < maxFields
		switch {
		case mayNest && g.one(6) && g.branches < maxBranches:
			f = field{or: g.alternatives(depth)}
		case mayNest && g.one(4):
			f.below = g.group(depth + 1)
		default:
			f.tests = g.tests()
		}
		fields = append(fields, f)
	}
	return fields
}

func (g *generator) alternatives(depth int) []group {
	g.operators["$or"] = true
	var groups []group
	for range 2 + g.IntN(2) {
		groups = append(groups, g.group(depth+1))
	}
	g.branches *= len(groups)
	return groups
}

func (g *generator) tests() []test {
	var tests []test
	for range 1 + g.IntN(3)*g.IntN(2) {
		kind := kinds[g.IntN(len(kinds))]
		g.operators[kind.name] = true
		tests = append(tests, kind.draw(g))
	}
	return tests
}

// json is the pattern's text as a tree.
func (fields group) json() object {
	var o object
	for _, f := range fields {
		o = append(o, f.member())
	}
	return o
}

func (f field) member() member {
	switch {
	case f.or != nil:
		var alternatives list
		for _, a := range f.or {
			alternatives = append(alternatives, a.json())
		}
		return member{"$or", alternatives}
	case f.below != nil:
		return member{f.name, f.below.json()}
	}
	var tests list
	for _, t := range f.tests {
		tests = append(tests, t.json)
	}
	return member{f.name, tests}
}

// one is true once in n times.
func (g *generator) one(n int) bool { return g.IntN(n) == 0 }

func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }
