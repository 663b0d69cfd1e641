package expression

import (
	"maps"
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

// An Environment gives placeholders their meaning for one request, and records which of
// them its expressions use.
type Environment struct {
	names  map[string]string
	values value.Item

	usedNames, usedValues map[string]struct{}
}

// NewEnvironment checks ExpressionAttributeNames and -Values as far as that is
// possible without an expression. nil maps are absent parameters; empty ones
// are refused, as are malformed placeholders and bad values.
func NewEnvironment(names map[string]string, values value.Item) (*Environment, error) {
	if err := checkNames(names); err != nil {
		return nil, err
	}
	if err := checkValues(values); err != nil {
		return nil, err
	}
	return &Environment{
		names: names, values: values,
		usedNames: make(map[string]struct{}, len(names)), usedValues: make(map[string]struct{}, len(values)),
	}, nil
}

func checkNames(names map[string]string) error {
	if names != nil && len(names) == 0 {
		return failf("%s", "ExpressionAttributeNames must not be empty")
	}
	for _, key := range badKeys(names, '#') {
		return failf("ExpressionAttributeNames contains invalid key: Syntax error; key: \"%s\"", key)
	}
	for key, name := range names {
		switch {
		case name == "":
			return failf("ExpressionAttributeNames contains invalid value: Empty attribute name for key %s", key)
		case len(name) > MaxName:
			return failf("ExpressionAttributeNames contains invalid value: the attribute name for key %s is longer than %d bytes", key, MaxName)
		}
	}
	return nil
}

func checkValues(values value.Item) error {
	if values != nil && len(values) == 0 {
		return failf("%s", "ExpressionAttributeValues must not be empty")
	}
	for _, key := range badKeys(values, ':') {
		return failf("ExpressionAttributeValues contains invalid key: Syntax error; key: \"%s\"", key)
	}
	if values.Problem() == "" && !tooDeep(values) {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		problem := values[key].Problem()
		if values[key].Depth() > maxNesting {
			problem = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
		}
		if problem != "" {
			return failf("ExpressionAttributeValues contains invalid value: %s for key %s", problem, key)
		}
	}
	return nil
}

func tooDeep(values value.Item) bool {
	for _, v := range values {
		if v.Depth() > maxNesting {
			return true
		}
	}
	return false
}

// badKeys are the keys, sorted, that are no placeholders.
func badKeys[V any](m map[string]V, sigil byte) []string {
	var bad []string
	for key := range m {
		if len(key) < 2 || len(key) > maxPlaceholder || key[0] != sigil || skip(key, 1, isPart) != len(key) {
			bad = append(bad, key)
		}
	}
	slices.Sort(bad)
	return bad
}

// name resolves a name that Bind has checked.
func (e *Environment) name(name string) string {
	if name[0] == '#' {
		return e.names[name]
	}
	return name
}

// value resolves a value that Bind has checked.
func (e *Environment) value(name string) value.Value { return e.values[name] }

// path resolves a whole path that Bind has checked.
func (e *Environment) path(path Path) Path {
	for i, step := range path {
		if step.Index < 0 && step.Name[0] == '#' {
			resolved := slices.Clone(path)
			for j := i; j < len(path); j++ {
				if path[j].Index < 0 {
					resolved[j].Name = e.name(path[j].Name)
				}
			}
			return resolved
		}
	}
	return path
}

// bindPath notes the use of the path's placeholders.
func (e *Environment) bindPath(path Path) error {
	for _, step := range path {
		if step.Index >= 0 || step.Name[0] != '#' && step.Name[0] != ':' {
			continue
		}
		if _, ok := e.names[step.Name]; !ok {
			return failf("An expression attribute name used in the document path is not defined; attribute name: %s", step.Name)
		}
		e.usedNames[step.Name] = struct{}{}
	}
	if len(path) > maxNesting {
		return failf("The document path has too many nesting levels; nesting levels: %d", len(path))
	}
	return nil
}

// bindValue notes the use of a value placeholder.
func (e *Environment) bindValue(name string) error {
	if _, ok := e.values[name]; !ok {
		return failf("An expression attribute value used in expression is not defined; attribute value: %s", name)
	}
	e.usedValues[name] = struct{}{}
	return nil
}

// Unused is the error for placeholders that no bound expression used, nil if
// there are none. Ask after all expressions of the request are bound.
func (e *Environment) Unused() error {
	if err := unused("ExpressionAttributeNames", e.names, e.usedNames); err != nil {
		return err
	}
	return unused("ExpressionAttributeValues", e.values, e.usedValues)
}

func unused[V any](parameter string, all map[string]V, used map[string]struct{}) error {
	if len(used) == len(all) {
		return nil
	}
	var keys []string
	for key := range all {
		if _, ok := used[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return failf("Value provided in %s unused in expressions: keys: {%s}", parameter, strings.Join(keys, ", "))
}
