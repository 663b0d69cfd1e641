package expression

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

// A Step is one element of a document path: an attribute name, or, where Name
// is not used, a list index.
type Step struct {
	Name  string
	Index int // -1 for a name
}

// A Path leads from an item to a value inside it. Its first step is a name.
type Path []Step

// String is the path as DynamoDB's messages show it: [a, [1], b].
func (p Path) String() string {
	parts := make([]string, len(p))
	for i, s := range p {
		parts[i] = s.Name
		if s.Index >= 0 {
			parts[i] = "[" + strconv.Itoa(s.Index) + "]"
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (p Path) equal(o Path) bool { return slices.Equal(p, o) }

// lookup finds the value that a path leads to; Absent if there is none.
func lookup(item value.Item, path Path, e *Environment) value.Value {
	v := item[e.name(path[0].Name)]
	for _, step := range path[1:] {
		if step.Index < 0 {
			v = v.Fields()[e.name(step.Name)] // no fields unless it is a map
			continue
		}
		if v.Kind() != value.L || step.Index >= len(v.Elements()) {
			return value.Value{}
		}
		v = v.Elements()[step.Index]
	}
	return v
}

// parsePath reads name{.name|[index]}; placeholders stay as they are.
func (p *parser) parsePath() (Path, error) {
	step, err := p.parseName()
	if err != nil {
		return nil, err
	}
	path := Path{step}
	for {
		switch {
		case p.accept("."):
			if p.peek().kind == tokenValue { // well formed, but never defined
				step = Step{Name: p.take(), Index: -1}
			} else {
				step, err = p.parseName()
			}
		case p.accept("["):
			step, err = p.parseIndex()
		default:
			return path, nil
		}
		if err != nil {
			return nil, err
		}
		path = append(path, step)
	}
}

func (p *parser) parseName() (Step, error) {
	t := p.peek()
	if t.kind != tokenWord && t.kind != tokenName {
		return Step{}, p.syntaxError()
	}
	name := p.take()
	if t.kind == tokenWord && isReserved(name) {
		p.note("Attribute name is a reserved keyword; reserved keyword: %s", name)
	}
	return Step{Name: name, Index: -1}, nil
}

func (p *parser) parseIndex() (Step, error) {
	if p.peek().kind != tokenInteger {
		return Step{}, p.syntaxError()
	}
	text := p.take()
	index, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		p.note("List index is not within the allowable range; index: [%s]", text)
	}
	return Step{Index: int(index)}, p.expect("]")
}

// overlaps finds two paths that conflict: one contains the other, or one needs a list
// where the other needs a map.
type overlaps struct {
	byHead map[string][]Path
	err    error // of the first pair
}

func (o *overlaps) add(path Path) {
	if o.byHead == nil {
		o.byHead = map[string][]Path{}
	}
	for _, earlier := range o.byHead[path[0].Name] {
		o.compare(earlier, path)
	}
	o.byHead[path[0].Name] = append(o.byHead[path[0].Name], path)
}

func (o *overlaps) compare(one, two Path) {
	for i := range min(len(one), len(two)) {
		if (one[i].Index < 0) != (two[i].Index < 0) {
			o.err = first(o.err, pathsError("conflict", one, two))
			return
		}
		if one[i] != two[i] {
			return
		}
	}
	o.err = first(o.err, pathsError("overlap", one, two))
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func pathsError(how string, one, two Path) error {
	return failf("Two document paths %s with each other; must remove or rewrite one of these paths; path one: %s, path two: %s", how, one, two)
}
