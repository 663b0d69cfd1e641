package expression

import (
	"maps"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

// The errors of an update that meets an item it does not fit.
const (
	errOperandType = Error("An operand in the update expression has an incorrect data type")
	errNoAttribute = Error("The provided expression refers to an attribute that does not exist in the item")
	errPath        = Error("The document path provided in the update expression is invalid for update")
)

// Apply gives the item after the update, which must have been bound to the
// environment. Every action sees the item as it was before; that item is not
// changed and may be nil. The errors depend on the item and stand alone.
func (u *Update) Apply(item value.Item, e *Environment) (value.Item, error) {
	r := run{item: item, env: e, edits: make([]edit, 0, len(u.order))}
	for _, a := range u.sets {
		r.do(a.path, a.assigned)
	}
	for _, path := range u.removes {
		r.do(path, func(value.Item, *Environment) (value.Value, error) { return value.Value{}, nil })
	}
	for _, a := range u.adds {
		r.do(a.path, a.add)
	}
	for _, a := range u.deletes {
		r.do(a.path, a.delete)
	}
	if r.err != nil {
		return nil, r.err
	}
	return applyEdits(item, r.edits), nil
}

// run collects what the actions of one update do to one item.
type run struct {
	item  value.Item
	env   *Environment
	edits []edit
	err   error // the first one
}

// do works out the new value at a path.
func (r *run) do(path Path, result func(value.Item, *Environment) (value.Value, error)) {
	resolved := r.env.path(path)
	var v value.Value
	err := error(errPath)
	if hasPlace(r.item, path, r.env) {
		v, err = result(r.item, r.env)
	}
	if err == nil {
		r.edits = append(r.edits, edit{resolved, v})
		return
	}
	r.err = first(r.err, err)
}

// hasPlace tells whether the path leads to a place that exists, whether or not
// there is something: an attribute, a key of a map or an index of a list.
func hasPlace(item value.Item, path Path, e *Environment) bool {
	if len(path) == 1 {
		return true
	}
	last := len(path) - 1
	parent := lookup(item, path[:last], e)
	if path[last].Index < 0 {
		return parent.Kind() == value.M
	}
	return parent.Kind() == value.L
}

func applyEdits(item value.Item, edits []edit) value.Item {
	out := make(value.Item, len(item)+len(edits))
	maps.Copy(out, item)
	var nested map[string][]edit
	for _, d := range edits {
		name := d.path[0].Name
		switch {
		case len(d.path) > 1:
			if nested == nil {
				nested = map[string][]edit{}
			}
			nested[name] = append(nested[name], edit{d.path[1:], d.value})
		case d.value.Exists():
			out[name] = d.value
		default:
			delete(out, name)
		}
	}
	for name, inner := range nested {
		out[name] = rebuild(item[name], inner)
	}
	return out
}

// assigned is the new value of a SET.
func (a setAction) assigned(item value.Item, e *Environment) (value.Value, error) {
	if a.operator == "" {
		return a.args[0].assigned(item, e)
	}
	left, right, err := bothAssigned(a.args, value.N, item, e)
	if err != nil {
		return left, err
	}
	if a.operator == "+" {
		return left.Add(right)
	}
	return left.Subtract(right)
}

// assigned is the value of an operand of SET, which must exist.
func (o operand) assigned(item value.Item, e *Environment) (value.Value, error) {
	if o.call != nil {
		return o.call.assigned(item, e)
	}
	v := o.evaluate(item, e)
	if !v.Exists() {
		return v, errNoAttribute
	}
	return v, nil
}

// bothAssigned gives two operands of SET that must be of the kind.
func bothAssigned(args []operand, kind value.Kind, item value.Item, e *Environment) (left, right value.Value, err error) {
	both := [2]value.Value{}
	for i := range both {
		if both[i], err = args[i].assigned(item, e); err != nil {
			return left, right, err
		}
		if both[i].Kind() != kind {
			return left, right, errOperandType
		}
	}
	return both[0], both[1], nil
}

func (c *call) assigned(item value.Item, e *Environment) (value.Value, error) {
	if c.name == "if_not_exists" {
		// The second operand must exist even where it is not needed.
		otherwise, err := c.args[1].assigned(item, e)
		if v := lookup(item, c.args[0].path, e); err == nil && v.Exists() {
			return v, nil
		}
		return otherwise, err
	}
	left, right, err := bothAssigned(c.args, value.L, item, e)
	if err != nil {
		return left, err
	}
	joined := make([]value.Value, 0, len(left.Elements())+len(right.Elements()))
	joined = append(joined, left.Elements()...)
	return value.List(append(joined, right.Elements()...)), nil
}

// add is the new value of an ADD: a sum, or a union of sets.
func (a setAction) add(item value.Item, e *Environment) (value.Value, error) {
	old, operand := lookup(item, a.path, e), a.args[0].evaluate(item, e)
	switch {
	case !old.Exists():
		return operand, nil
	case old.Kind() != operand.Kind():
		return value.Value{}, errOperandType
	case old.Kind() == value.N:
		return old.Add(operand)
	}
	return value.Union(old, operand), nil
}

// delete is the new value of a DELETE: a set without elements, which is Absent
// once none is left.
func (a setAction) delete(item value.Item, e *Environment) (value.Value, error) {
	old, operand := lookup(item, a.path, e), a.args[0].evaluate(item, e)
	switch {
	case !old.Exists():
		return old, nil
	case old.Kind() != operand.Kind():
		return value.Value{}, errOperandType
	}
	return value.Difference(old, operand), nil
}
