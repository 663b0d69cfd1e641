package tables

import "strings"

// keyword is written in any case.
func (s *scope) keyword(word string) string {
	switch s.IntN(8) {
	case 0:
		return strings.ToLower(word)
	case 1:
		return word[:1] + strings.ToLower(word[1:])
	}
	return word
}

// condition writes one down over the whole grammar.
func (s *scope) condition(depth int) []string {
	var out []string
	switch n := s.IntN(20); {
	case n < 6 && depth < 3:
		op := pick(s.generator, []string{"AND", "OR"})
		s.feature(op)
		out = s.condition(depth + 1)
		for range 1 + s.IntN(2) {
			out = append(append(out, s.keyword(op)), s.condition(depth+1)...)
		}
	case n < 8 && depth < 3:
		s.feature("NOT")
		out = append([]string{s.keyword("NOT")}, s.condition(depth+1)...)
	default:
		out = s.simple()
	}
	if s.one(7) {
		s.feature("()")
		out = parenthesized(out)
	}
	return out
}

func parenthesized(tokens []string) []string {
	return append(append([]string{"("}, tokens...), ")")
}

var comparators = []string{"=", "<>", "<", "<=", ">", ">="}

// simple is a comparison or a function.
func (s *scope) simple() []string {
	switch s.IntN(9) {
	case 0, 1, 2:
		op := pick(s.generator, comparators)
		kind := ""
		if op != "=" && op != "<>" && !s.one(30) {
			kind = pick(s.generator, []string{"S", "N", "B"})
		}
		left, right := s.pair(kind)
		s.feature(op)
		return append(append(left, op), right...)
	case 3:
		return s.between()
	case 4:
		return s.in()
	}
	return s.function()
}

// pair is two operands that can be compared.
func (s *scope) pair(kind string) (left, right []string) {
	p := s.place(kind)
	if kindOf(p.value) == "N" && s.one(4) || s.one(60) {
		left, right = s.size(), s.operand(attribute{"N": pick(s.generator, []string{"0", "1", "2", "3"})})
	} else {
		left, right = s.written(s.path(p)), s.operand(s.near(p.value))
	}
	if s.one(5) {
		return right, left
	}
	return left, right
}

func (s *scope) written(tokens []string) []string {
	if s.one(40) {
		return parenthesized(tokens)
	}
	return tokens
}

// operand is the value as a constant, a path to something of its kind, or,
// rarely, something of another kind.
func (s *scope) operand(v attribute) []string {
	switch s.IntN(12) {
	case 0, 1, 2:
		return s.written(s.path(s.place(kindOf(v))))
	case 3:
		if kindOf(v) == "N" {
			return s.size()
		}
	case 4:
		if s.one(5) {
			v = s.value(2)
		}
	}
	return s.written([]string{s.constant(v)})
}

func (s *scope) size() []string {
	s.feature("size")
	return s.call("size", s.path(s.place(pick(s.generator, []string{"S", "B", "SS", "NS", "L", "M", ""}))))
}

func (s *scope) call(name string, args ...[]string) []string {
	s.feature(name)
	if s.one(200) {
		name = pick(s.generator, []string{strings.ToUpper(name), "foo", "if_not_exists", "begins_with", "list_append", "size", "attribute_exists"})
	}
	if s.one(200) {
		args = append(args, s.operand(s.value(2)))
	}
	out := []string{name, "("}
	for i, a := range args {
		if i > 0 {
			out = append(out, ",")
		}
		out = append(out, a...)
	}
	return append(out, ")")
}

func (s *scope) between() []string {
	s.feature("BETWEEN")
	kind := pick(s.generator, []string{"S", "N", "B"})
	if s.one(30) {
		kind = ""
	}
	p := s.place(kind)
	low, high := s.operand(s.near(p.value)), s.operand(s.near(p.value))
	if kind == "N" && !s.one(3) {
		low, high = s.operand(attribute{"N": "-5"}), s.operand(attribute{"N": pick(s.generator, []string{"5", "12", "1e126", "1e125"})})
	}
	if kind == "S" && !s.one(3) {
		low, high = s.operand(attribute{"S": ""}), s.operand(attribute{"S": "b"})
	}
	if kind == "B" && !s.one(3) {
		low, high = s.operand(attribute{"B": ""}), s.operand(attribute{"B": "//8="})
	}
	subject := s.path(p)
	if s.one(20) {
		subject = []string{s.constant(p.value)}
	}
	out := append(append(subject, s.keyword("BETWEEN")), low...)
	return append(append(out, s.keyword("AND")), high...)
}

func (s *scope) in() []string {
	s.feature("IN")
	p := s.place("")
	out := append(s.path(p), s.keyword("IN"), "(")
	n := 1 + s.IntN(4)
	if s.one(60) {
		n = 99 + s.IntN(4)
	}
	for i := range n {
		if i > 0 {
			out = append(out, ",")
		}
		out = append(out, s.operand(s.near(p.value))...)
	}
	return append(out, ")")
}

func (s *scope) function() []string {
	switch s.IntN(5) {
	case 0:
		return s.call("attribute_exists", s.path(s.place("")))
	case 1:
		return s.call("attribute_not_exists", s.path(s.place("")))
	case 2:
		p := s.place("")
		name := kindOf(p.value)
		if s.one(4) {
			name = pick(s.generator, append([]string{"X", "s", "", "STRING"}, kinds...))
		}
		return s.call("attribute_type", s.path(p), []string{s.constant(attribute{"S": name})})
	case 3:
		p := s.place(pick(s.generator, []string{"S", "S", "B", "N"}))
		return s.call("begins_with", s.written(s.path(p)), s.operand(s.near(p.value)))
	}
	return s.contains()
}

// contains mostly asks for what is there.
func (s *scope) contains() []string {
	p := s.place(pick(s.generator, []string{"S", "SS", "NS", "BS", "L", "B", ""}))
	wanted := s.near(p.value)
	kind := kindOf(p.value)
	if list, ok := p.value[kind].([]any); ok && len(list) > 0 && !s.one(6) {
		switch e := pick(s.generator, list).(type) {
		case attribute:
			wanted = e
		case string:
			wanted = attribute{kind[:1]: e}
		}
	}
	if s.one(12) {
		return s.call("contains", s.operand(wanted), s.path(p))
	}
	return s.call("contains", s.path(p), s.operand(wanted))
}
