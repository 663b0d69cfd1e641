package tables

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A place is a path in an item, with what is there.
type place struct {
	steps []any // string for a name, int for an index
	value attribute
}

// places are all paths of an item.
func places(item object) []place {
	var all []place
	var walk func(steps []any, v any)
	walk = func(steps []any, v any) {
		a, ok := v.(attribute)
		if !ok {
			return
		}
		all = append(all, place{slices.Clone(steps), a})
		if fields, ok := a["M"].(object); ok {
			for _, name := range slices.Sorted(maps.Keys(fields)) {
				walk(append(steps, name), fields[name])
			}
		}
		if list, ok := a["L"].([]any); ok {
			for i, e := range list {
				walk(append(steps, i), e)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(item)) {
		walk([]any{name}, item[name])
	}
	return all
}

// scope is the expressions of one request and their placeholders.
type scope struct {
	*generator
	places []place
	names  map[string]any
	values object
	texts  object // expressions by the name of their member
}

func (g *generator) scope(item object) *scope {
	return &scope{generator: g, places: places(item), names: object{}, values: object{}, texts: object{}}
}

// place is one of the wanted kind where there is one; "" is any.
func (s *scope) place(kind string) place {
	if s.one(14) {
		return s.strange()
	}
	var fit []place
	for _, p := range s.places {
		name, _ := p.steps[0].(string)
		isKey := name == "pk" || name == "sk"
		if (kind == "" || kindOf(p.value) == kind) && (!isKey || s.one(8)) {
			fit = append(fit, p)
		}
	}
	if len(fit) == 0 {
		return s.strange()
	}
	return pick(s.generator, fit)
}

// strange is a place where nothing is, or that cannot be.
func (s *scope) strange() place {
	steps := []any{pick(s.generator, vocabulary).name}
	if len(s.places) > 0 && !s.one(3) {
		steps = slices.Clone(pick(s.generator, s.places).steps)
	}
	if s.one(4) {
		steps = []any{pick(s.generator, odd)}
	}
	for range s.IntN(3) {
		if s.one(2) {
			steps = append(steps, pick(s.generator, vocabulary).name)
		} else {
			steps = append(steps, pick(s.generator, []int{0, 1, 2, 3, 5, 99, 1000000}))
		}
	}
	if s.one(100) {
		for range 34 {
			steps = append(steps, 0)
		}
	}
	return place{steps, s.value(2)}
}

var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// path writes a place down.
func (s *scope) path(p place) []string {
	var tokens []string
	for i, step := range p.steps {
		if n, ok := step.(int); ok {
			if s.one(100) {
				tokens = append(tokens, "[", strconv.Itoa(n), "]")
			} else {
				tokens = append(tokens, "["+strconv.Itoa(n), "]")
			}
			continue
		}
		if i > 0 {
			tokens = append(tokens, ".")
		}
		tokens = append(tokens, s.name(step.(string)))
	}
	return tokens
}

// name writes a name down, bare or as a placeholder.
func (s *scope) name(name string) string {
	bare := plain.MatchString(name) && !reserved[name]
	if bare && !s.one(4) || s.one(60) {
		return name
	}
	for _, p := range slices.Sorted(maps.Keys(s.names)) {
		if s.names[p] == name && !s.one(4) {
			return p
		}
	}
	p := "#" + s.placeholder(len(s.names))
	s.feature("names")
	if !s.one(150) { // else it stays undefined
		s.names[p] = name
	}
	return p
}

func (s *scope) placeholder(n int) string {
	return pick(s.generator, []string{"p", "P", "x_", "", "_", "set", "1a"}) + strconv.Itoa(n)
}

// constant writes a value down, as it has to be: as a placeholder.
func (s *scope) constant(v attribute) string {
	for _, p := range slices.Sorted(maps.Keys(s.values)) {
		if have, ok := s.values[p].(attribute); ok && same(have, v) && !s.one(4) {
			return p
		}
	}
	p := ":" + s.placeholder(len(s.values))
	if !s.one(150) {
		s.values[p] = s.maybeBad(v)
	}
	return p
}

// join makes text of tokens, with the space that they need and more.
func (s *scope) join(tokens []string) string {
	var b strings.Builder
	odd := s.one(6)
	last := ""
	for _, t := range tokens {
		if t == "" {
			continue
		}
		switch words := wordy(last) && wordy(t); {
		case words && !s.one(300), s.one(2) && last != "" && !tight(last, t):
			b.WriteString(" ")
		case odd:
			b.WriteString(pick(s.generator, []string{"", " ", "\t", "\n", "\r\n", "   "}))
		}
		b.WriteString(t)
		last = t
	}
	if odd {
		return pick(s.generator, []string{"", " ", "\n"}) + b.String() + pick(s.generator, []string{"", " ", "\t"})
	}
	return b.String()
}

// tight tells whether one rarely writes a space between two tokens.
func tight(a, b string) bool { return strings.Contains(".[(", a) || strings.Contains(".[]),", b) }

func wordy(t string) bool {
	if t == "" {
		return false
	}
	c := t[len(t)-1]
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
