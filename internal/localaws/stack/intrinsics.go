package stack

import (
	"regexp"
	"strings"
)

// eval resolves the intrinsics within a value.
func (t *template) eval(n *node) *node {
	switch n.kind {
	case list:
		out := *n
		out.items = make([]*node, len(n.items))
		for i, item := range n.items {
			out.items[i] = t.eval(item)
		}
		return &out
	case object:
		if name, argument := intrinsic(n); name != "" {
			return t.apply(n, name, argument)
		}
		out := *n
		out.fields = make(map[string]*node, len(n.fields))
		for name, field := range n.fields {
			out.fields[name] = t.eval(field)
		}
		return &out
	}
	return n
}

// intrinsic recognizes {"Ref": x} and {"Fn::Name": x}.
func intrinsic(n *node) (name string, argument *node) {
	if n.kind != object || len(n.fields) != 1 {
		return "", nil
	}
	for name, argument := range n.fields {
		if name == "Ref" || strings.HasPrefix(name, "Fn::") {
			return name, argument
		}
	}
	return "", nil
}

func (t *template) apply(n *node, name string, argument *node) *node {
	switch name {
	case "Ref":
		if argument.kind == text {
			return textNode(n, t.ref(n, argument.value))
		}
		t.refuse(n, "Ref takes a logical id")
	case "Fn::GetAtt":
		if id, attribute, ok := getAttArguments(argument); ok {
			return textNode(n, t.getAtt(n, id, attribute))
		}
		t.refuse(n, "Fn::GetAtt takes a logical id and an attribute's name")
	case "Fn::Sub":
		return textNode(n, t.substitute(n, argument))
	case "Fn::Join":
		return textNode(n, t.join(n, argument))
	default:
		t.refuse(n, "the intrinsic %s is not supported (only Ref, Fn::GetAtt, Fn::Sub and Fn::Join are)", name)
	}
	return textNode(n, "")
}

func getAttArguments(n *node) (id, attribute string, ok bool) {
	if n.kind == text {
		id, attribute, ok = strings.Cut(n.value, ".")
		return id, attribute, ok && attribute != ""
	}
	if n.kind != list || len(n.items) != 2 || n.items[0].kind != text || n.items[1].kind != text {
		return "", "", false
	}
	return n.items[0].value, n.items[1].value, n.items[1].value != ""
}

// pseudo is the value of CloudFormation's own parameters.
func (t *template) pseudo(name string) (string, bool) {
	switch name {
	case "AWS::Region":
		return t.Region, true
	case "AWS::AccountId":
		return t.Account, true
	case "AWS::Partition":
		return "aws", true
	case "AWS::URLSuffix":
		return "amazonaws.com", true
	case "AWS::StackName":
		return t.Service + "-" + t.Stage, true
	case "AWS::StackId":
		return t.stackID(), true
	}
	return "", false
}

func (t *template) ref(at *node, id string) string {
	if value, ok := t.pseudo(id); ok {
		return value
	}
	r, k := t.known(at, id)
	switch {
	case r == nil:
		return ""
	case k.ref == nil:
		t.refuse(at, "localaws cannot know Ref of %s, a %s", id, r.kind)
		return ""
	case k.nameProperty == "":
		return k.ref(t, r, id)
	}
	return k.ref(t, r, t.nameOf(r, k.nameProperty))
}

func (t *template) getAtt(at *node, id, name string) string {
	r, k := t.known(at, id)
	if r == nil {
		return ""
	}
	value := k.attributes[name]
	if value == nil {
		t.refuse(at, "localaws cannot know the attribute %s of %s, a %s", name, id, r.kind)
		return ""
	}
	if found := value(t, r, t.nameOf(r, k.nameProperty)); found != "" {
		return found
	}
	t.refuse(at, "%s has no %s", id, name)
	return ""
}

func (t *template) known(at *node, id string) (*resource, resourceKind) {
	r := t.resources[id]
	if r == nil {
		t.refuse(at, "there is no resource %s", id)
		return nil, resourceKind{}
	}
	k, _ := kindOf(r.kind)
	return r, k
}

var placeholder = regexp.MustCompile(`\$\{[^}]*\}`)

// substitute is Fn::Sub: a text, or a list of a text and a map of its own
// variables.
func (t *template) substitute(at, argument *node) string {
	pattern, own := subArguments(argument)
	if pattern == nil {
		t.refuse(at, "Fn::Sub takes a text, or a list of a text and a map")
		return ""
	}
	return placeholder.ReplaceAllStringFunc(pattern.value, func(hole string) string {
		name := strings.TrimSpace(hole[2 : len(hole)-1])
		if value := own.field(name); value != nil {
			return t.eval(value).value
		}
		if id, attribute, ok := strings.Cut(name, "."); ok {
			return t.getAtt(at, id, attribute)
		}
		if strings.HasPrefix(name, "!") {
			t.refuse(at, "%s: literal ${...} in Fn::Sub is not supported", hole)
			return ""
		}
		return t.ref(at, name)
	})
}

func subArguments(n *node) (pattern, own *node) {
	if n.kind == text {
		return n, nil
	}
	if n.kind == list && len(n.items) == 2 && n.items[0].kind == text && n.items[1].kind == object {
		return n.items[0], n.items[1]
	}
	return nil, nil
}

func (t *template) join(at, argument *node) string {
	if argument.kind != list || len(argument.items) != 2 || argument.items[0].kind != text || argument.items[1].kind != list {
		t.refuse(at, "Fn::Join takes a list of a separator and a list")
		return ""
	}
	var parts []string
	for _, item := range argument.items[1].items {
		part := t.eval(item)
		if !part.scalar() {
			t.refuse(at, "Fn::Join joins texts, not %s", part.kind)
		}
		parts = append(parts, part.value)
	}
	return strings.Join(parts, argument.items[0].value)
}
