package expression

import (
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

// A Projection is a parsed projection expression. It is immutable.
type Projection struct {
	paths []Path
}

// ParseProjection parses a projection expression.
func ParseProjection(text string) (*Projection, error) {
	p, r := newParser(text), new(Projection)
	return r, p.run(func() (err error) {
		r.paths, err = p.parsePaths()
		return err
	})
}

// parsePaths reads path {, path}.
func (p *parser) parsePaths() ([]Path, error) {
	var paths []Path
	for {
		path, err := p.parsePath()
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
		if !p.accept(",") {
			return paths, nil
		}
	}
}

// Bind checks the projection in the environment of a request, notes the
// placeholders that it uses and gives its resolved paths.
func (r *Projection) Bind(e *Environment) (Paths, error) {
	return bindPaths(r.paths, e)
}

func bindPaths(paths []Path, e *Environment) (Paths, error) {
	for _, path := range paths {
		if err := e.bindPath(path); err != nil {
			return nil, err
		}
	}
	var seen overlaps
	resolved := make(Paths, len(paths))
	for i, path := range paths {
		resolved[i] = e.path(path)
		seen.add(resolved[i])
	}
	return resolved, seen.err
}

// Paths are document paths. None contains another.
type Paths []Path

// Project gives the parts of the item that the paths lead to, in their places:
// elements of a list keep their order and close ranks. A path that leads
// nowhere leaves no trace.
func (p Paths) Project(item value.Item) value.Item {
	out := make(value.Item, len(p))
	var nested map[string][]Path
	for _, path := range p {
		name := path[0].Name
		if len(path) > 1 {
			if nested == nil {
				nested = map[string][]Path{}
			}
			nested[name] = append(nested[name], path[1:])
			continue
		}
		if v, ok := item[name]; ok {
			out[name] = v
		}
	}
	for name, paths := range nested {
		if v := project(item[name], paths); v.Exists() {
			out[name] = v
		}
	}
	return out
}

// project gives the part of v at the paths, Absent if there is nothing.
func project(v value.Value, paths []Path) value.Value {
	if len(paths[0]) == 0 {
		return v
	}
	if paths[0][0].Index < 0 {
		return projectMap(v, paths)
	}
	return projectList(v, paths)
}

func projectMap(v value.Value, paths []Path) value.Value {
	fields := value.Item{}
	for name, rest := range byStep(paths) {
		if part := project(v.Fields()[name.Name], rest); part.Exists() {
			fields[name.Name] = part
		}
	}
	if len(fields) == 0 {
		return value.Value{}
	}
	return value.Map(fields)
}

func projectList(v value.Value, paths []Path) value.Value {
	groups := byStep(paths)
	indexes := make([]int, 0, len(groups))
	for step := range groups {
		if v.Kind() == value.L && step.Index < len(v.Elements()) {
			indexes = append(indexes, step.Index)
		}
	}
	slices.Sort(indexes)
	var elements []value.Value
	for _, i := range indexes {
		if part := project(v.Elements()[i], groups[Step{Index: i}]); part.Exists() {
			elements = append(elements, part)
		}
	}
	if elements == nil {
		return value.Value{}
	}
	return value.List(elements)
}

// byStep groups paths by their first step, which it cuts off.
func byStep(paths []Path) map[Step][]Path {
	groups := map[Step][]Path{}
	for _, path := range paths {
		groups[path[0]] = append(groups[path[0]], path[1:])
	}
	return groups
}
