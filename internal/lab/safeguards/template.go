package safeguards

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Template is a CloudFormation template, with the options of its deployment.
type Template struct {
	Stage     string
	Resources map[string]*Resource

	// TerminationProtection is a deployment option of osls. A template cannot contain
	// it.
	TerminationProtection bool
}

// Resource is one resource of a template. Its intrinsic functions are not resolved.
type Resource struct {
	ID                  string         `yaml:"-"`
	Type                string         `yaml:"Type"`
	DeletionPolicy      string         `yaml:"DeletionPolicy"`
	UpdateReplacePolicy string         `yaml:"UpdateReplacePolicy"`
	Metadata            map[string]any `yaml:"Metadata"`
	UpdatePolicy        map[string]any `yaml:"UpdatePolicy"`
	Properties          map[string]any `yaml:"Properties"`
}

// state is the part of osls's serverless-state.json that is not in the template.
type state struct {
	Service struct {
		Provider struct {
			DeletionProtection struct {
				Stages []string `yaml:"stages"`
			} `yaml:"deletionProtection"`
		} `yaml:"provider"`
	} `yaml:"service"`
}

// Load reads the output of `osls package` in a folder, for a stage.
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

// resources returns the resources of a type, ordered by their ids.
func (t *Template) resources(resourceType string) []*Resource {
	var found []*Resource
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if r := t.Resources[id]; r.Type == resourceType {
			found = append(found, r)
		}
	}
	return found
}

// named returns the resource that a Ref or a GetAtt names if it has that type; else
// nil.
func (t *Template) named(reference any, resourceType string) *Resource {
	if r := t.Resources[target(reference)]; r != nil && r.Type == resourceType {
		return r
	}
	return nil
}

// at returns the property at a path; nil if there is none.
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

// each returns a list's items. Anything else is treated as a list of one, as in
// policies.
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

// target returns the logical id that a Ref or a GetAtt names; empty for anything else.
func target(reference any) string {
	if id := text(field(reference, "Ref")); id != "" {
		return id
	}
	if pair := each(field(reference, "Fn::GetAtt")); len(pair) == 2 {
		return text(pair[0])
	}
	if qualified := qualifiedARN.FindStringSubmatch(text(field(reference, "Fn::Sub"))); qualified != nil {
		return qualified[1]
	}
	return ""
}

// qualifiedARN is the ARN of an alias, made from its function's.
var qualifiedARN = regexp.MustCompile(`^\$\{([A-Za-z0-9]+)\.Arn\}:[a-zA-Z0-9_-]+$`)
