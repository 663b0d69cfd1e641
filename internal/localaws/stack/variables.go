package stack

import (
	"strconv"
	"strings"
)

// variables resolves ${...} over a whole file.
type variables struct {
	*report
	root    *node
	options Options
	stage   string
	active  map[string]bool // paths of ${self:...} that are being resolved, to find cycles
}

// resolve returns n with every variable replaced.
func (v *variables) resolve(n *node) *node {
	switch n.kind {
	case text:
		return v.resolveText(n)
	case list:
		out := *n
		out.items = make([]*node, len(n.items))
		for i, item := range n.items {
			out.items[i] = v.resolve(item)
		}
		return &out
	case object:
		out := *n
		out.fields = make(map[string]*node, len(n.fields))
		for name, field := range n.fields {
			if strings.Contains(name, "${") {
				v.refuse(field, "variables in names are not supported")
			}
			out.fields[name] = v.resolve(field)
		}
		return &out
	}
	return n
}

// resolveText keeps the type of a value that consists of one variable. Within other
// text a variable must be a scalar.
func (v *variables) resolveText(n *node) *node {
	found, err := findVariables(n.value)
	if err != nil {
		v.refuse(n, "%v", err)
		return n
	}
	v.tellAsked(found)
	if len(found) == 0 {
		return n
	}
	if whole := found[0]; whole.written == n.value {
		if value := v.evaluate(n, whole); value != nil {
			return value.at(n)
		}
		return n
	}
	var b strings.Builder
	end := 0
	for _, e := range found {
		b.WriteString(n.value[end:e.start])
		end = e.end
		value := v.evaluate(n, e)
		switch {
		case value == nil: // refused already
		case !value.scalar():
			v.refuse(n, "%s is %s and cannot be part of a text", e.written, value.kind)
		default:
			b.WriteString(value.value)
		}
	}
	b.WriteString(n.value[end:])
	return textNode(n, b.String())
}

// evaluate returns the value of the first source that has one; nil after a problem.
func (v *variables) evaluate(at *node, e expression) *node {
	for _, s := range e.sources {
		if s.literal != nil {
			if s.literal.kind != null {
				return s.literal
			}
			continue
		}
		value, ok := v.lookUp(at, e, s)
		if !ok {
			return nil
		}
		if value != nil && value.kind != null {
			return value
		}
	}
	v.refuse(at, "%s has no value", e.written)
	return nil
}

// lookUp returns nil if the source has no value; false after a problem.
func (v *variables) lookUp(at *node, e expression, s source) (*node, bool) {
	switch s.kind {
	case "sls":
		if s.address == "stage" {
			return textNode(at, v.stage), true
		}
		v.refuse(at, "%s: only sls:stage is supported", e.written)
		return nil, false
	case "opt":
		return v.option(at, e, s.address)
	case "param":
		return v.param(at, s.address)
	case "self":
		return v.self(at, e, s.address)
	case "file":
		return v.include(at, e, s.address)
	case "env":
		if value, ok := v.options.Env(s.address); ok {
			return textNode(at, value), true
		}
		return nil, true
	}
	v.refuse(at, "%s: the variable source %s is not supported (only sls, opt, param, self, env and file are)", e.written, s.kind)
	return nil, false
}

func (v *variables) option(at *node, e expression, name string) (*node, bool) {
	value := ""
	switch name {
	case "stage":
		value = v.options.Stage
	case "region":
		value = v.options.Region
	default:
		v.refuse(at, "%s: only opt:stage and opt:region are supported", e.written)
		return nil, false
	}
	if value == "" {
		return nil, true
	}
	return textNode(at, value), true
}

// param looks at the options first, then at the stage's own parameters, then at those
// for every stage.
func (v *variables) param(at *node, name string) (*node, bool) {
	if value, ok := v.options.Params[name]; ok {
		return textNode(at, value), true
	}
	for _, section := range []string{v.stage, "default"} {
		value := v.root.field("params").field(section).field(name)
		if value != nil && value.kind != null {
			return v.once(at, "params."+section+"."+name, value)
		}
	}
	return nil, true
}

func (v *variables) self(at *node, e expression, path string) (*node, bool) {
	if strings.Contains(path, "${") {
		before := len(v.problems)
		if path = v.resolveText(textNode(at, path)).value; len(v.problems) > before {
			return nil, false
		}
		value, ok := v.self(at, e, path)
		if ok && value == nil && len(e.sources) == 1 {
			v.refuse(at, "%s: there is no %s%s", e.written, path, v.besides(at, e, path))
			return nil, false
		}
		return value, ok
	}
	if path == "" {
		v.refuse(at, "%s: name what of the file is meant", e.written)
		return nil, false
	}
	value := v.root
	for _, step := range strings.Split(path, ".") {
		if value.kind == text {
			resolved, ok := v.once(at, value.path, value)
			if !ok {
				return nil, false
			}
			value = resolved
		}
		next := value.field(step)
		if i, err := strconv.Atoi(step); err == nil && value.kind == list && i >= 0 && i < len(value.items) {
			next = value.items[i]
		}
		if next == nil {
			return nil, true
		}
		value = next
	}
	return v.once(at, path, value)
}

// besides names what there is in place of the last step of a path.
func (v *variables) besides(at *node, e expression, path string) string {
	end := strings.LastIndexByte(path, '.')
	if end < 0 {
		return ""
	}
	parent, ok := v.self(at, e, path[:end])
	if !ok || parent == nil || parent.kind != object {
		return ""
	}
	return ", but " + strings.Join(parent.keys(), ", ")
}

// once resolves a value of the file itself, and refuses one that refers to itself.
func (v *variables) once(at *node, path string, value *node) (*node, bool) {
	if v.active[path] {
		v.refuse(at, "%s refers to itself", path)
		return nil, false
	}
	v.active[path] = true
	defer delete(v.active, path)
	before := len(v.problems)
	resolved := v.resolve(value)
	return resolved, len(v.problems) == before
}
