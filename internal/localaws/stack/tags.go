package stack

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// isShortTag distinguishes CloudFormation's tags (!Ref) from YAML's own (!!str).
func isShortTag(y *yaml.Node) bool {
	return strings.HasPrefix(y.Tag, "!") && !strings.HasPrefix(y.Tag, "!!")
}

// writeOut expands !Tag value to its long form, {"Fn::Tag": value}.
func (r *report) writeOut(value *node, tag string) *node {
	name := "Fn::" + strings.TrimPrefix(tag, "!")
	switch tag {
	case "!Ref":
		name = "Ref"
	case "!GetAtt":
		if value.kind == text {
			id, attribute, _ := strings.Cut(value.value, ".")
			value = listNode(value, textNode(value, id), textNode(value, attribute))
		}
	case "!Condition":
		name = "Condition"
	case "!Sub", "!Join", "!If", "!Equals", "!And", "!Or", "!Not":
	default:
		r.refuse(value, "the intrinsic %s is not supported (only !Ref, !GetAtt, !Sub, !Join, !If and those of conditions are)", tag)
	}
	return objectNode(value, map[string]*node{name: value})
}
