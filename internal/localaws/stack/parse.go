package stack

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// parse reads YAML, or JSON, which is YAML too. Nil after a problem.
func parse(r *report, data []byte) *node {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	if err := decoder.Decode(&document); err != nil {
		r.refuseSyntax(err)
		return nil
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		r.refuse(nil, "only one YAML document, please")
		return nil
	}
	root := r.convert(document.Content[0], "")
	if root.kind != object {
		r.refuse(root, "must be a map, not %s", root.kind)
		return nil
	}
	return root
}

var lineOfSyntaxError = regexp.MustCompile(`^yaml: line (\d+): (.*)$`)

func (r *report) refuseSyntax(err error) {
	if errors.Is(err, io.EOF) {
		r.refuse(nil, "the file is empty")
		return
	}
	if m := lineOfSyntaxError.FindStringSubmatch(err.Error()); m != nil {
		line, _ := strconv.Atoi(m[1])
		r.refuse(&node{line: line}, "not YAML: %s", m[2])
		return
	}
	r.refuse(nil, "not YAML: %v", err)
}

// convert copies a YAML node and expands CloudFormation's short tags.
func (r *report) convert(y *yaml.Node, path string) *node {
	n := &node{line: y.Line, path: path}
	switch y.Kind {
	case yaml.ScalarNode:
		r.convertScalar(n, y)
	case yaml.SequenceNode:
		n.kind = list
		for i, item := range y.Content {
			n.items = append(n.items, r.convert(item, n.below(strconv.Itoa(i))))
		}
	case yaml.MappingNode:
		r.convertObject(n, y)
	default:
		r.refuse(n, "YAML aliases are not supported; use ${self:...}")
	}
	if isShortTag(y) {
		return r.writeOut(n, y.Tag)
	}
	return n
}

func (r *report) convertObject(n *node, y *yaml.Node) {
	n.kind, n.fields = object, map[string]*node{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		at := &node{line: key.Line, path: n.below(key.Value)}
		switch {
		case key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge":
			r.refuse(at, "YAML merge keys and composite keys are not supported")
		case n.fields[key.Value] != nil:
			r.refuse(at, "stands here twice; first on line %d", n.fields[key.Value].line)
		default:
			field := r.convert(value, at.path)
			field.line = key.Line
			n.fields[key.Value] = field
		}
	}
}

var (
	plainInteger = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	plainFloat   = regexp.MustCompile(`^-?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]+)?$`)
)

func (r *report) convertScalar(n *node, y *yaml.Node) {
	n.value = y.Value
	if isShortTag(y) {
		n.kind = text
		return
	}
	switch tag := y.ShortTag(); tag {
	case "!!str":
		n.kind = text
	case "!!null":
		n.kind, n.value = null, ""
	case "!!bool":
		n.kind = boolean
		if y.Value != "true" && y.Value != "false" {
			r.refuse(n, "write a boolean as true or false, not %s", y.Value)
		}
	case "!!int", "!!float":
		n.kind = number
		if !plainInteger.MatchString(y.Value) && !plainFloat.MatchString(y.Value) {
			r.refuse(n, "write the number %s in plain decimals, or quote it", y.Value)
		}
	case "!!timestamp":
		r.refuse(n, "quote %s: unquoted it is a timestamp, which osls writes in another form", y.Value)
	default:
		r.refuse(n, "the YAML tag %s is not supported", tag)
	}
}
