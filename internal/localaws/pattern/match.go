package pattern

import (
	"maps"
	"slices"
)

// Match tells whether the event, a JSON object, matches. The error says that
// the event is not one.
func (p *Pattern) Match(event []byte) (bool, error) {
	e, err := Decode(event)
	if err != nil {
		return false, err
	}
	return p.MatchEvent(e), nil
}

// MatchEvent tells whether a decoded event matches.
func (p *Pattern) MatchEvent(e *Event) bool {
	return slices.ContainsFunc(p.branches, func(b branch) bool { return b.matches(e) })
}

// branch is one alternative of a pattern. The order of its leaves is part of
// the semantics: {"exists": false} looks only at the elements of arrays that
// the leaves before it have chosen.
type branch []leaf

type leaf struct {
	path   string
	tests  []test
	absent bool // one of the tests is {"exists": false}
	number bool // one of the tests is numeric
}

func newBranch(tests map[string][]test) branch {
	var b branch
	for _, path := range slices.Sorted(maps.Keys(tests)) {
		l := leaf{path: path, tests: tests[path]}
		for _, t := range l.tests {
			l.absent = l.absent || t.absent
			l.number = l.number || t.numeric
		}
		b = append(b, l)
	}
	return b
}

func (b branch) matches(e *Event) bool {
	for _, l := range b {
		// Cheap, and it keeps the search below from trying every element of
		// large arrays for a leaf that nothing matches.
		if !l.absent && !slices.ContainsFunc(e.fields[l.path], l.passes) {
			return false
		}
	}
	return b.search(e, nil)
}

// search finds a value for every leaf such that no two lie in different
// elements of one array.
func (b branch) search(e *Event, chosen membership) bool {
	if len(b) == 0 {
		return true
	}
	l := b[0]
	if l.absent && !l.present(e, chosen) && b[1:].search(e, chosen) {
		return true
	}
	for _, f := range e.fields[l.path] {
		if joined, ok := chosen.join(f.element); ok && l.passes(f) && b[1:].search(e, joined) {
			return true
		}
	}
	return false
}

// present tells whether the field exists within the chosen elements.
func (l leaf) present(e *Event, chosen membership) bool {
	return slices.ContainsFunc(e.fields[l.path], func(f field) bool {
		_, ok := chosen.join(f.element)
		return ok
	})
}

func (l leaf) passes(f field) bool {
	v := f.value
	v.asNumber = l.number && v.comparable
	return slices.ContainsFunc(l.tests, func(t test) bool { return t.passes(v) })
}
