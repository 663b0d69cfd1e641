package safeguards

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Template is a CloudFormation template together with what CloudFormation is
// told besides it.
type Template struct {
	Stage     string
	Resources map[string]*Resource

	// TerminationProtection is what osls asks CloudFormation for when it
	// deploys; a template cannot say it.
	TerminationProtection bool
}

// Resource is one resource of a template, intrinsics as they stand.
type Resource struct {
	ID                  string         `yaml:"-"`
	Type                string         `yaml:"Type"`
	DeletionPolicy      string         `yaml:"DeletionPolicy"`
	UpdateReplacePolicy string         `yaml:"UpdateReplacePolicy"`
	Properties          map[string]any `yaml:"Properties"`
}

// state is the part of osls's serverless-state.json that says what the template
// cannot.
type state struct {
	Service struct {
		Provider struct {
			DeletionProtection struct {
				Stages []string `yaml:"stages"`
			} `yaml:"deletionProtection"`
		} `yaml:"provider"`
	} `yaml:"service"`
}

// Load reads what `osls package` left in a folder for a stage.
func Load(folder, stage string) (*Template, error) {
	text, err := os.ReadFile(folder + "/cloudformation-template-update-stack.json")
	if err != nil {
		return nil, err
	}
	t, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	if text, err = os.ReadFile(folder + "/serverless-state.json"); err != nil {
		return nil, err
	}
	var s state
	if err := yaml.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	t.Stage = stage
	t.TerminationProtection = slices.Contains(s.Service.Provider.DeletionProtection.Stages, stage)
	return t, nil
}

// parse reads JSON, or YAML with its intrinsics in long form.
func parse(text []byte) (*Template, error) {
	t := &Template{}
	if err := yaml.Unmarshal(text, t.body()); err != nil {
		return nil, err
	}
	if len(t.Resources) == 0 {
		return nil, errors.New("the template has no resources")
	}
	for id, r := range t.Resources {
		r.ID = id
	}
	return t, nil
}

func (t *Template) body() any {
	return &struct {
		Resources *map[string]*Resource `yaml:"Resources"`
	}{&t.Resources}
}

// of gives the resources of a type, ordered by their ids.
func (t *Template) of(resourceType string) []*Resource {
	var found []*Resource
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if r := t.Resources[id]; r.Type == resourceType {
			found = append(found, r)
		}
	}
	return found
}

// named gives the resource that a Ref or a GetAtt leads to, where it has that
// type; else nil.
func (t *Template) named(reference any, resourceType string) *Resource {
	if r := t.Resources[target(reference)]; r != nil && r.Type == resourceType {
		return r
	}
	return nil
}

// at walks into properties; nil where nothing is.
func (r *Resource) at(path ...string) any {
	var value any = r.Properties
	for _, name := range path {
		value = field(value, name)
	}
	return value
}

func field(value any, name string) any {
	fields, _ := value.(map[string]any)
	return fields[name]
}

// each is a list's items; anything else is a list of itself, as in policies.
func each(value any) []any {
	switch value := value.(type) {
	case nil:
		return nil
	case []any:
		return value
	}
	return []any{value}
}

func number(value any) int {
	n, _ := value.(int)
	return n
}

func text(value any) string {
	s, _ := value.(string)
	return s
}

// target is the logical id that a Ref or a GetAtt names; empty for anything
// else.
func target(reference any) string {
	if id := text(field(reference, "Ref")); id != "" {
		return id
	}
	if pair := each(field(reference, "Fn::GetAtt")); len(pair) == 2 {
		return text(pair[0])
	}
	return ""
}
