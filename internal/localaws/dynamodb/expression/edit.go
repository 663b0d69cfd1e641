package expression

import (
	"cmp"
	"maps"
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

// An edit gives the place at path a value, or, with Absent, removes it.
type edit struct {
	path  Path
	value value.Value
}

// rebuild gives v with the edits made inside it, for which it has the places.
// The old value is not changed.
func rebuild(v value.Value, edits []edit) value.Value {
	if edits[0].path[0].Index < 0 {
		return rebuildMap(v, edits)
	}
	return rebuildList(v, edits)
}

func rebuildMap(v value.Value, edits []edit) value.Value {
	fields := maps.Clone(v.Fields())
	if fields == nil {
		fields = value.Item{}
	}
	for step, group := range editsByStep(edits) {
		inner := edited(v.Fields()[step.Name], group)
		if inner.Exists() {
			fields[step.Name] = inner
		} else {
			delete(fields, step.Name)
		}
	}
	return value.Map(fields)
}

// rebuildList keeps to the old indexes: elements beyond the end are appended
// in the order of their indexes, and removed ones leave last.
func rebuildList(v value.Value, edits []edit) value.Value {
	elements := slices.Clone(v.Elements())
	groups := editsByStep(edits)
	for _, step := range slices.SortedFunc(maps.Keys(groups), func(a, b Step) int { return cmp.Compare(a.Index, b.Index) }) {
		var old value.Value
		if step.Index < len(v.Elements()) {
			old = v.Elements()[step.Index]
		}
		inner := edited(old, groups[step])
		if step.Index < len(v.Elements()) {
			elements[step.Index] = inner
		} else {
			elements = append(elements, inner)
		}
	}
	kept := slices.DeleteFunc(elements, func(e value.Value) bool { return !e.Exists() })
	return value.List(kept)
}

// edited is what becomes of one place: its new value, or its old one with the
// edits inside it.
func edited(old value.Value, group []edit) value.Value {
	if len(group[0].path) == 0 {
		return group[0].value
	}
	return rebuild(old, group)
}

// editsByStep groups edits by the first step of their paths, which it cuts off.
func editsByStep(edits []edit) map[Step][]edit {
	groups := map[Step][]edit{}
	for _, d := range edits {
		groups[d.path[0]] = append(groups[d.path[0]], edit{d.path[1:], d.value})
	}
	return groups
}
