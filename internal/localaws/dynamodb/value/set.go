package value

// Union is a set with the elements of two sets of the same kind: those of a,
// then those that only b has.
func Union(a, b Value) Value {
	have := texts(a.list)
	list := append(make([]Value, 0, len(a.list)+len(b.list)), a.list...)
	for _, e := range b.list {
		if _, ok := have[e.text]; !ok {
			list = append(list, e)
		}
	}
	return Value{kind: a.kind, list: list}
}

// Difference is set a without the elements of set b of the same kind; Absent
// if none is left.
func Difference(a, b Value) Value {
	gone := texts(b.list)
	var list []Value
	for _, e := range a.list {
		if _, ok := gone[e.text]; !ok {
			list = append(list, e)
		}
	}
	if list == nil {
		return Value{}
	}
	return Value{kind: a.kind, list: list}
}

func texts(list []Value) map[string]struct{} {
	set := make(map[string]struct{}, len(list))
	for _, e := range list {
		set[e.text] = struct{}{}
	}
	return set
}
