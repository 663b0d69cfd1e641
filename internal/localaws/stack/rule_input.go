package stack

import "github.com/go-json-experiment/json/jsontext"

// readInput reads what a target gets in place of the whole event. The bus checks paths
// and templates when it is built.
func (t *template) readInput(f *fields, target *Target) {
	given := 0
	for _, name := range []string{"Input", "InputPath", "InputTransformer"} {
		if f.raw(name) != nil {
			given++
		}
	}
	if given > 1 {
		t.refuse(f.object, "a target has one of Input, InputPath and InputTransformer")
	}
	target.Input = t.readFixedInput(f.get("Input"))
	target.InputPath = f.text("InputPath")
	n := f.get("InputTransformer")
	if n == nil {
		return
	}
	transformer := t.open(n, asIs)
	target.InputTransformer = &InputTransformer{Template: transformer.needText("InputTemplate", "what does the target get?")}
	if paths := t.open(transformer.raw("InputPathsMap"), asIs); paths.object != nil {
		target.InputTransformer.Paths = map[string]string{}
		for _, name := range paths.object.keys() {
			target.InputTransformer.Paths[name] = paths.text(name)
		}
	}
	transformer.done("localaws does not know this part of an input transformer")
}

// readFixedInput accepts JSON as text (from CloudFormation) and as a map (from
// serverless.yml).
func (t *template) readFixedInput(n *node) string {
	switch {
	case n == nil:
		return ""
	case n.kind == object:
		return t.canonical(n)
	}
	value := jsontext.Value(n.value)
	if n.kind != text || value.Canonicalize() != nil {
		t.refuse(n, "Input must be JSON as text")
		return ""
	}
	return string(value)
}
