package pattern

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxLength   = 2048 // characters of a pattern, EventBridge's quota
	maxBranches = 1000 // rule combinations that $or may multiply out to

	orKeyword = "$or"
)

// A Pattern is a compiled event pattern.
type Pattern struct {
	branches []branch
}

// Compile compiles the JSON text of an event pattern. The error is always an
// *Error, worded as EventBridge words InvalidEventPatternException.
func Compile(json []byte) (*Pattern, error) {
	if utf8.RuneCount(json) > maxLength {
		return nil, refuse("", "the pattern has %d characters, at most %d are allowed", utf8.RuneCount(json), maxLength)
	}
	root, err := parse(json)
	if err != nil {
		return nil, err
	}
	if root.kind != '{' {
		return nil, refuse("", "Filter is not an object")
	}
	var c compiler
	if err := c.object(nil, root, false); err != nil {
		return nil, err
	}
	p := &Pattern{}
	for _, tests := range c.rules {
		p.branches = append(p.branches, newBranch(tests))
	}
	if c.wildcards {
		if err := checkComplexity(p.branches); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// compiler expands a pattern into rules. Each rule is an alternative that maps joined
// paths to tests.
type compiler struct {
	rules     []map[string][]test
	wildcards bool // some test has one
}

func (c *compiler) object(path []string, n node, insideOr bool) error {
	if len(n.members) == 0 {
		return refuse(strings.Join(path, "."), "Empty objects are not allowed")
	}
	for _, m := range n.members {
		if err := c.member(path, m, insideOr); err != nil {
			return err
		}
	}
	return nil
}

func (c *compiler) member(path []string, m member, insideOr bool) error {
	at := extend(path, m.name)
	switch {
	case m.name == orKeyword:
		return c.or(path, m.value)
	case insideOr && slices.Contains(reservedInsideOr, m.name):
		return refuse(at, "%s is Ruler reserved fieldName which cannot be used inside %s.", m.name, orKeyword)
	case m.value.kind == '{':
		return c.object(append(slices.Clip(path), m.name), m.value, insideOr)
	case m.value.kind == '[':
		return c.leaf(at, m.value)
	}
	return refuse(at, "%q must be an object or an array", m.name)
}

// leaf gives the tests of one path to every rule so far. A path that has tests
// already loses them: the last of several counts, as in event-ruler.
func (c *compiler) leaf(path string, n node) error {
	if len(n.elements) == 0 {
		return refuse(path, "Empty arrays are not allowed")
	}
	var tests []test
	for _, e := range n.elements {
		t, err := compileTest(path, e)
		if err != nil {
			return err
		}
		t.identity, t.wildcards = e.identity(), e.wildcards()
		c.wildcards = c.wildcards || len(t.wildcards) > 0
		tests = append(tests, t)
	}
	if len(c.rules) == 0 {
		c.rules = []map[string][]test{{}}
	}
	for _, r := range c.rules {
		r[path] = tests
	}
	return nil
}

// or forks every rule so far once per alternative.
func (c *compiler) or(path []string, n node) error {
	at := extend(path, orKeyword)
	if n.kind != '[' {
		return refuse(at, "It must be an Array followed with %s.", orKeyword)
	}
	before := c.rules
	c.rules = nil
	for _, e := range n.elements {
		if e.kind != '{' {
			return refuse(at, "Only JSON object is allowed in array of %s relationship.", orKeyword)
		}
		fork := compiler{rules: copyRules(before)}
		if err := fork.object(path, e, true); err != nil {
			return err
		}
		c.rules = append(c.rules, fork.rules...)
		c.wildcards = c.wildcards || fork.wildcards
		if len(c.rules) > maxBranches {
			return refuse(at, "%s multiplies out to more than %d rule combinations", orKeyword, maxBranches)
		}
	}
	if len(n.elements) < 2 {
		return refuse(at, "There must have at least 2 Objects in %s relationship.", orKeyword)
	}
	return nil
}

func copyRules(rules []map[string][]test) []map[string][]test {
	out := make([]map[string][]test, len(rules))
	for i, r := range rules {
		out[i] = maps.Clone(r)
	}
	return out
}

func extend(path []string, name string) string {
	if base := strings.Join(path, "."); base != "" {
		return base + "." + name
	}
	return name
}

// reservedInsideOr are the field names that event-ruler keeps for operators:
// inside $or they would be ambiguous.
var reservedInsideOr = []string{
	"exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr",
	"=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case",
	"date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range",
	"ip-address-in-range", "ip-address-not-in-range",
}
