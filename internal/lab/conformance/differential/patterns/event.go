package patterns

import "slices"

// event makes an object that should match the group.
func (g *generator) event(fields group) object {
	var o object
	for _, f := range fields {
		switch {
		case f.or != nil:
			o = append(o, g.event(pick(g, f.or))...)
			if g.one(6) {
				o = append(o, g.event(pick(g, f.or))...)
			}
		case f.below != nil:
			o = append(o, member{f.name, g.within(f.below)})
		default:
			o = g.leaf(o, f)
		}
	}
	return o
}

// within makes the value below a name: an object, or an array with that object
// among others.
func (g *generator) within(fields group) any {
	o := g.event(fields)
	if !g.one(3) {
		return o
	}
	elements := list{o}
	for range g.IntN(3) {
		var other any = g.event(fields)
		if g.one(4) {
			other = g.value()
		}
		elements = slices.Insert(elements, g.IntN(len(elements)+1), other)
	}
	if g.one(3) && len(o) > 1 {
		// Each half in an element of its own: consistent with nothing.
		at := 1 + g.IntN(len(o)-1)
		elements = append(list{slices.Clone(o[:at]), slices.Clone(o[at:])}, elements[1:]...)
	}
	if g.one(6) {
		return list{elements}
	}
	return elements
}

func (g *generator) leaf(o object, f field) object {
	t := pick(g, f.tests)
	v := t.hit()
	if g.one(5) {
		v = t.miss()
	}
	if _, none := v.(absent); none {
		return o
	}
	if g.one(6) {
		v = g.amongOthers(v, t)
	}
	return append(o, member{f.name, v})
}

func (g *generator) amongOthers(v any, t test) any {
	elements := list{v}
	for range g.IntN(3) {
		other := t.miss()
		if _, none := other.(absent); none {
			other = g.value()
		}
		elements = slices.Insert(elements, g.IntN(len(elements)+1), other)
	}
	return elements
}

// value is any JSON value, mostly a small one.
func (g *generator) value() any {
	switch g.IntN(12) {
	case 0, 1, 2, 3, 4:
		return g.word()
	case 5, 6:
		return g.number()
	case 7:
		return g.address()
	case 8:
		return list{}
	case 9:
		return list{g.word(), g.number()}
	case 10:
		return object{{pick(g, fieldNames), g.word()}}
	}
	return pick(g, []raw{"true", "false", "null"})
}

// perturb changes one thing of an event.
func (g *generator) perturb(o object) object {
	if len(o) == 0 {
		return append(o, member{pick(g, fieldNames), g.value()})
	}
	o = slices.Clone(o)
	at := g.IntN(len(o))
	switch g.IntN(9) {
	case 0:
		return slices.Delete(o, at, at+1)
	case 1:
		return append(o, member{pick(g, fieldNames), g.value()})
	case 2:
		o[at].value = list{o[at].value}
	case 3:
		o[at].value = object{{pick(g, fieldNames), o[at].value}}
	case 4:
		o[at].name = pick(g, fieldNames)
	case 5:
		return append(o, member{o[at].name, g.value()})
	case 6:
		o[at] = g.dotted(o[at])
	default:
		o[at].value = g.perturbValue(o[at].value)
	}
	return o
}

func (g *generator) perturbValue(v any) any {
	switch v := v.(type) {
	case object:
		return g.perturb(v)
	case list:
		if len(v) == 0 {
			return list{g.value()}
		}
		v = slices.Clone(v)
		at := g.IntN(len(v))
		if g.one(3) {
			return slices.Delete(v, at, at+1)
		}
		v[at] = g.perturbValue(v[at])
		return v
	case string:
		return g.nearWord(v)
	case raw:
		return g.nearNumber(v)
	}
	return v
}

// dotted joins a name with that of the only member below it.
func (g *generator) dotted(m member) member {
	if below, ok := m.value.(object); ok && len(below) == 1 {
		return member{m.name + "." + below[0].name, below[0].value}
	}
	return m
}
