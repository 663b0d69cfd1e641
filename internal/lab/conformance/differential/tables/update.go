package tables

import (
	"fmt"
	"strings"
)

// update writes down an update expression of one or more clauses.
func (s *scope) update() []string {
	clauses := []struct {
		name   string
		action func(taken *[]place) []string
	}{{"SET", s.assign}, {"SET", s.assign}, {"REMOVE", s.remove}, {"ADD", s.add}, {"DELETE", s.subtract}}
	var out []string
	var taken []place
	seen := map[string]bool{}
	for _, i := range s.Perm(len(clauses))[:1+s.IntN(3)] {
		c := clauses[i]
		if seen[c.name] && !s.one(50) {
			continue
		}
		seen[c.name] = true
		s.feature(c.name)
		out = append(out, s.keyword(c.name))
		for i := range 1 + s.IntN(3) {
			if i > 0 {
				out = append(out, ",")
			}
			out = append(out, c.action(&taken)...)
		}
	}
	return out
}

// target is a place to change, mostly apart from those that were taken.
func (s *scope) target(taken *[]place, kind string) place {
	for range 8 {
		p := s.place(kind)
		if n := len(p.steps); kind == "" && s.one(4) { // a new place beside it
			p = place{append([]any{}, p.steps[:n-1]...), p.value}
			if _, index := s.at(p, n).last().(int); index {
				p.steps = append(p.steps, s.IntN(8))
			} else {
				p.steps = append(p.steps, pick(s.generator, vocabulary).name)
			}
		}
		if !overlaps(*taken, p) || s.one(60) {
			*taken = append(*taken, p)
			return p
		}
	}
	p := place{[]any{fmt.Sprint("new", len(*taken))}, s.value(2)}
	*taken = append(*taken, p)
	return p
}

// at is some place of n steps that begins as p does.
func (s *scope) at(p place, n int) place {
	for _, q := range s.places {
		if len(q.steps) == n && within(q, p) {
			return q
		}
	}
	return place{steps: []any{""}}
}

func (p place) last() any { return p.steps[len(p.steps)-1] }

// within tells whether p begins with the steps of outer.
func within(p, outer place) bool {
	if len(p.steps) < len(outer.steps) {
		return false
	}
	for i, step := range outer.steps {
		if p.steps[i] != step {
			return false
		}
	}
	return true
}

func overlaps(taken []place, p place) bool {
	for _, q := range taken {
		if within(p, q) || within(q, p) || conflicts(p, q) {
			return true
		}
	}
	return false
}

// conflicts tells whether one takes for a list what the other takes for a map.
func conflicts(p, q place) bool {
	for i := range min(len(p.steps), len(q.steps)) {
		_, pIndex := p.steps[i].(int)
		_, qIndex := q.steps[i].(int)
		if pIndex != qIndex {
			return true
		}
		if p.steps[i] != q.steps[i] {
			return false
		}
	}
	return false
}

func (s *scope) assign(taken *[]place) []string {
	value, kind := s.assigned()
	if s.one(3) {
		kind = ""
	}
	return append(append(s.path(s.target(taken, kind)), "="), value...)
}

// assigned is the right side of SET, with the kind that it mostly has.
func (s *scope) assigned() (tokens []string, kind string) {
	switch s.IntN(8) {
	case 0, 1, 2:
		op := pick(s.generator, []string{"+", "-"})
		s.feature(op)
		tokens = append(append(s.addend(), op), s.addend()...)
		if s.one(12) {
			tokens = parenthesized(tokens)
		}
		return tokens, "N"
	case 3, 4:
		s.feature("list_append")
		return s.call("list_append", s.list(), s.list()), "L"
	case 5:
		return s.orElse(""), ""
	case 6:
		return s.written(s.path(s.place(""))), ""
	}
	return s.written([]string{s.constant(s.value(1))}), ""
}

func (s *scope) addend() []string {
	switch s.IntN(7) {
	case 0, 1, 2:
		return s.written(s.path(s.place("N")))
	case 3:
		return s.orElse("N")
	case 4:
		if s.one(12) {
			return s.operand(s.value(2))
		}
	}
	return []string{s.constant(attribute{"N": s.number()})}
}

func (s *scope) list() []string {
	switch s.IntN(5) {
	case 0, 1:
		return s.path(s.place("L"))
	case 2:
		return s.orElse("L")
	case 3:
		if s.one(8) {
			return s.operand(s.value(2))
		}
	}
	return []string{s.constant(s.valueOfKind("L", 1))}
}

// orElse is if_not_exists with a value of the kind.
func (s *scope) orElse(kind string) []string {
	s.feature("if_not_exists")
	p := s.place(kind)
	if s.one(2) {
		p = s.strange()
	}
	if kind == "" {
		kind = pick(s.generator, kinds)
	}
	otherwise := []string{s.constant(s.valueOfKind(kind, 2))}
	switch s.IntN(8) {
	case 0:
		otherwise = s.path(s.place(kind))
	case 1:
		otherwise = s.call("if_not_exists", s.path(s.strange()), otherwise)
	}
	return s.call("if_not_exists", s.path(p), otherwise)
}

func (s *scope) remove(taken *[]place) []string { return s.path(s.target(taken, "")) }

func (s *scope) add(taken *[]place) []string {
	kind := pick(s.generator, []string{"N", "N", "SS", "NS", "BS"})
	p := s.target(taken, kind)
	if s.one(30) {
		kind = pick(s.generator, kinds)
	}
	return append(s.path(p), s.constant(s.valueOfKind(kind, 2)))
}

func (s *scope) subtract(taken *[]place) []string {
	kind := pick(s.generator, []string{"SS", "NS", "BS"})
	p := s.target(taken, kind)
	v := s.valueOfKind(kind, 2)
	if kindOf(p.value) == kind && s.one(4) {
		v = p.value // all elements
	}
	if s.one(30) {
		v = s.value(2)
	}
	return append(s.path(p), s.constant(v))
}

// projection writes down some paths.
func (s *scope) projection() []string {
	var out []string
	var taken []place
	for i := range 1 + s.IntN(4) {
		if i > 0 {
			out = append(out, ",")
		}
		p := s.target(&taken, pick(s.generator, []string{"", "", "", "M", "L"}))
		out = append(out, s.path(p)...)
	}
	return out
}

// keyCondition mostly asks for the hash key, and for the sort key where there
// is one.
func (s *scope) keyCondition(key object) []string {
	hash, _ := key["pk"].(attribute)
	terms := [][]string{s.equal("pk", s.maybeOther(hash))}
	if s.shape.sort != "" && !s.one(4) || s.one(30) {
		terms = append(terms, s.sortTerm(key))
	}
	if s.one(60) {
		terms = append(terms, s.simple())
	}
	if s.one(4) && len(terms) > 1 {
		terms[0], terms[1] = terms[1], terms[0]
	}
	var out []string
	for i, t := range terms {
		if s.one(8) {
			t = parenthesized(t)
		}
		if i > 0 {
			out = append(out, s.keyword(pick(s.generator, append(strings.Split(strings.Repeat("AND ", 30)+"OR", " "), "AND"))))
		}
		out = append(out, t...)
	}
	if s.one(20) {
		return parenthesized(out)
	}
	if s.one(60) {
		return append([]string{"NOT"}, out...)
	}
	return out
}

func (s *scope) maybeOther(v attribute) attribute {
	if s.one(60) {
		return s.value(2)
	}
	return v
}

func (s *scope) equal(name string, v attribute) []string {
	left, right := []string{s.name(name)}, []string{s.constant(v)}
	if s.one(12) {
		left, right = right, left
	}
	return append(append(left, "="), right...)
}

func (s *scope) sortTerm(key object) []string {
	v, _ := s.someKey()["sk"].(attribute)
	other, _ := s.key()["sk"].(attribute)
	v, other = s.maybeOther(v), s.maybeOther(other)
	name := s.name("sk")
	switch s.IntN(6) {
	case 0:
		s.feature("key BETWEEN")
		return []string{name, s.keyword("BETWEEN"), s.constant(v), s.keyword("AND"), s.constant(other)}
	case 1:
		if s.shape.sort != "N" || s.one(10) {
			s.feature("key begins_with")
			return s.call("begins_with", []string{name}, []string{s.constant(s.prefix(v))})
		}
	case 2:
		return s.equal("sk", v)
	}
	op := pick(s.generator, comparators)
	if op == "<>" && !s.one(8) {
		op = "<"
	}
	s.feature("key " + op)
	if s.one(8) {
		return []string{s.constant(other), op, name}
	}
	return []string{name, op, s.constant(other)}
}

// prefix is a beginning of a key, which is empty at times.
func (s *scope) prefix(v attribute) attribute {
	if text, ok := v["S"].(string); ok && s.one(2) {
		runes := []rune(text)
		return attribute{"S": string(runes[:s.IntN(len(runes)+1)])}
	}
	if _, ok := v["B"]; ok && s.one(3) {
		return attribute{"B": pick(s.generator, []string{"", "/w==", "AA=="})}
	}
	return v
}
