package stack

import "strings"

// checkKinds refuses unknown types, also of resources whose condition is false.
func (t *template) checkKinds() {
	for _, id := range t.ids() {
		r := t.resources[id]
		if _, ok := kindOf(r.kind); !ok {
			t.refuse(r.at, "localaws does not know resources of type %s", r.kind)
		}
	}
}

// checkAllReferences checks everything once, also what localaws does not use. It refuses
// references that lead nowhere and would fail the deployment.
func (t *template) checkAllReferences() {
	for _, id := range t.ids() {
		t.checkReferences(t.resources[id].properties)
	}
	if t.outputs != nil {
		t.checkReferences(t.outputs)
	}
}

// checkNames refuses two resources of one type and physical name.
func (t *template) checkNames() {
	owners := map[string]string{}
	for _, id := range t.ids() {
		r := t.resources[id]
		k, _ := kindOf(r.kind)
		if k.nameProperty == "" || k.read == nil {
			continue
		}
		name := t.nameOf(r, k.nameProperty)
		key := r.kind + " " + name
		if r.kind == "AWS::Events::Rule" {
			key = ruleARN(t, r, name)
		}
		if owner, ok := owners[key]; ok && name != "" {
			t.refuse(r.properties, "the name %q is that of %s already", name, owner)
		}
		owners[key] = id
	}
}

func (t *template) checkReferences(n *node) {
	switch name, argument := intrinsic(n); {
	case name == "Ref" && argument.kind == text:
		t.checkReference(n, argument.value)
	case name == "Fn::GetAtt":
		if id, _, ok := getAttArguments(argument); ok {
			t.checkReference(n, id)
		}
	case name == "Fn::Sub":
		t.checkSubstitution(n, argument)
	}
	for _, item := range n.items {
		t.checkReferences(item)
	}
	for _, name := range n.keys() {
		t.checkReferences(n.fields[name])
	}
}

func (t *template) checkSubstitution(at, argument *node) {
	pattern, own := subArguments(argument)
	if pattern == nil {
		return // refused where it is evaluated
	}
	for _, hole := range placeholder.FindAllString(pattern.value, -1) {
		name := strings.TrimSpace(hole[2 : len(hole)-1])
		id, _, _ := strings.Cut(name, ".")
		if own.field(name) == nil && !strings.HasPrefix(name, "!") {
			t.checkReference(at, id)
		}
	}
}

func (t *template) checkReference(at *node, id string) {
	if _, ok := t.pseudo(id); ok || t.resources[id] != nil {
		return
	}
	if strings.HasPrefix(id, "AWS::") {
		t.refuse(at, "the pseudo parameter %s is not supported", id)
		return
	}
	if condition, ok := t.absent[id]; ok {
		t.refuse(at, "the resource %s is not made, because its condition %s is false", id, condition)
		return
	}
	t.refuse(at, "there is no resource %s", id)
}
