package stack

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// Load reads a serverless.yml and resolves it for a stage, as `osls package
// --stage` would. Its errors are Problems, joined, or say that the file cannot
// be read.
func Load(path string, o Options) (*Stack, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the stack: %w", err)
	}
	r := &report{file: path}
	root := parse(r, data)
	if err := r.err(); err != nil {
		return nil, err
	}
	root, p := resolveVariables(r, root, o)
	if err := r.err(); err != nil {
		return nil, err
	}
	s := readService(r, root, p)
	if err := r.err(); err != nil {
		return nil, err
	}
	return s.template.stack()
}

// LoadTemplate reads a template as osls compiles it of a serverless.yml
// (.serverless/cloudformation-template-update-stack.json). Options.Service and
// Options.Stage are required, for a template contains neither. The Stack is
// equal to Load's, except that functions have no Artifact.
func LoadTemplate(path string, o Options) (*Stack, error) {
	if o.Service == "" || o.Stage == "" {
		return nil, errors.New("read the template: Options.Service and Options.Stage are required, for a compiled template contains neither")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	r := &report{file: path}
	root := parse(r, data)
	if err := r.err(); err != nil {
		return nil, err
	}
	p := settle(o, o.Stage, orElse(o.Region, defaultRegion))
	p.check(r, nil)
	t := readTemplate(r, root, p)
	if err := r.err(); err != nil {
		return nil, err
	}
	return t.stack()
}

const (
	defaultStage  = "dev"
	defaultRegion = "us-east-1"
)

// resolveVariables resolves the stage first, because parameters depend on it. It does
// not resolve the params themselves: those of other stages need not be resolvable.
func resolveVariables(r *report, root *node, o Options) (*node, place) {
	if o.Env == nil {
		o.Env = os.LookupEnv
	}
	v := &variables{report: r, root: root, options: o, active: map[string]bool{}}
	provider := root.field("provider")
	v.stage = v.settled(o.Stage, provider.field("stage"), defaultStage)
	region := v.settled(o.Region, provider.field("region"), defaultRegion)
	p := settle(o, v.stage, region)
	p.check(r, provider)
	if !v.knows(v.stage) {
		return root, p
	}
	v.tellParameters()

	resolved := *root
	resolved.fields = map[string]*node{}
	for name, field := range root.fields {
		if name != "params" {
			field = v.resolve(field)
		}
		resolved.fields[name] = field
	}
	return &resolved, p
}

// knows refuses a stage that has no parameters if every other stage has some. It
// reports that in one line instead of one for each parameter. Options.Params may
// replace them.
func (v *variables) knows(stage string) bool {
	params := v.root.field("params")
	if params == nil || params.field(stage) != nil || params.field("default") != nil || len(v.options.Params) > 0 || len(params.keys()) == 0 {
		return true
	}
	v.refuse(params, "stage %q is unknown: there are parameters for %s", stage, strings.Join(params.keys(), ", "))
	return false
}

// settled is the option, else what the file says, else the default.
func (v *variables) settled(option string, written *node, otherwise string) string {
	if option != "" || written == nil || written.kind == null {
		return orElse(option, otherwise)
	}
	return orElse(v.resolve(written).value, otherwise)
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
