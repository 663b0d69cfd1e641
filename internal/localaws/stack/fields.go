package stack

import (
	"strconv"
	"strings"
)

// fields reads an object field by field, and refuses fields that were not asked for.
type fields struct {
	*report
	object  *node
	resolve func(*node) *node // intrinsics, or nothing before they may be resolved
	known   map[string]bool
}

// open starts reading. An absent object reads as an empty one; anything but an
// object is refused.
func (r *report) open(n *node, resolve func(*node) *node) *fields {
	f := &fields{report: r, object: n, resolve: resolve, known: map[string]bool{}}
	if n != nil && n.kind != object && n.kind != null {
		r.refuse(n, "must be a map, not %s", n.kind)
		f.object = nil
	}
	return f
}

func asIs(n *node) *node { return n }

// get is the field's value with its intrinsics resolved; nil where the file
// has none, or null.
func (f *fields) get(name string) *node {
	n := f.raw(name)
	if n == nil {
		return nil
	}
	return f.resolve(n)
}

// raw returns the field with its intrinsics unresolved.
func (f *fields) raw(name string) *node {
	f.known[name] = true
	n := f.object.field(name)
	if n == nil || n.kind == null {
		return nil
	}
	return n
}

// ignore accepts fields that do not affect localaws.
func (f *fields) ignore(names ...string) {
	for _, name := range names {
		f.known[name] = true
	}
}

// done refuses every field that was neither read nor ignored.
func (f *fields) done(rule string) {
	if f.object == nil {
		return
	}
	for _, name := range f.object.keys() {
		if !f.known[name] {
			f.refuse(f.object.fields[name], "%s", rule)
		}
	}
}

// text reads a scalar as text; empty where there is none.
func (f *fields) text(name string) string {
	return f.textOf(f.get(name))
}

func (f *fields) textOf(n *node) string {
	if n == nil {
		return ""
	}
	if !n.scalar() {
		f.refuse(n, "must be text, not %s", n.kind)
		return ""
	}
	return n.value
}

// needText refuses an absent or empty field.
func (f *fields) needText(name, why string) string {
	n := f.get(name)
	value := f.textOf(n)
	switch {
	case n == nil && f.object != nil:
		f.refuse(&node{line: f.object.line, path: f.object.below(name)}, "is missing: %s", why)
	case n != nil && n.kind == text && value == "":
		f.refuse(n, "must not be empty: %s", why)
	}
	return value
}

// want refuses a field whose value is not among those given. An absent field
// has the first.
func (f *fields) want(name string, why string, values ...string) string {
	n := f.get(name)
	if n == nil {
		return values[0]
	}
	value := f.textOf(n)
	for _, v := range values {
		if v == value {
			return value
		}
	}
	f.refuse(n, "must be %s, not %q%s", strings.Join(values, " or "), value, why)
	return value
}

// integer reads a whole number within bounds, or gives the default. Text is
// taken as a number, as osls and CloudFormation do.
func (f *fields) integer(name string, otherwise, min, max int) int {
	n := f.get(name)
	if n == nil {
		return otherwise
	}
	value, err := strconv.Atoi(n.value)
	if !n.scalar() || err != nil || !plainInteger.MatchString(n.value) {
		f.refuse(n, "must be a whole number")
		return otherwise
	}
	if value < min || value > max {
		f.refuse(n, "must be between %d and %d, not %d", min, max, value)
	}
	return value
}

// flag reads a boolean, also as text.
func (f *fields) flag(name string, otherwise bool) bool {
	n := f.get(name)
	if n == nil {
		return otherwise
	}
	if n.kind == list || n.kind == object || (n.value != "true" && n.value != "false") {
		f.refuse(n, "must be true or false")
		return otherwise
	}
	return n.value == "true"
}

// list reads a list; anything else but nothing is refused.
func (f *fields) list(name string) []*node {
	n := f.raw(name)
	if n == nil {
		return nil
	}
	if n.kind != list {
		f.refuse(n, "must be a list, not %s", n.kind)
		return nil
	}
	return n.items
}
