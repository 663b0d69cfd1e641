package stack

// conditions evaluates a template's Conditions. They may name each other, in any order.
type conditions struct {
	*template
	definitions *node
	truth       map[string]bool
	active      map[string]bool // being evaluated, to find cycles
}

// decide evaluates all conditions, drops the resources and outputs whose condition is
// false, and replaces each Fn::If by one of its branches. So everything after it reads a
// template without conditions.
func (t *template) decide() {
	c := &conditions{template: t, definitions: t.conditions, truth: map[string]bool{}, active: map[string]bool{}}
	if f := t.open(t.conditions, asIs); f.object != nil {
		for _, name := range f.object.keys() {
			c.named(f.object.fields[name], name)
		}
	}
	for _, id := range t.ids() {
		r := t.resources[id]
		if !c.holds(r.condition) {
			delete(t.resources, id)
			t.absent[id] = r.condition.value
			continue
		}
		r.properties = c.choose(r.properties)
	}
	t.outputs = c.outputs(t.outputs)
}

// holds tells whether the condition that an attribute names is true; true without one.
func (c *conditions) holds(attribute *node) bool {
	switch {
	case attribute == nil:
		return true
	case attribute.kind != text:
		c.refuse(attribute, "must be the name of a condition")
		return true
	}
	return c.named(attribute, attribute.value) || c.Unconditional
}

// named is the value of a condition.
func (c *conditions) named(at *node, name string) bool {
	if value, known := c.truth[name]; known {
		return value
	}
	definition := c.definitions.field(name)
	switch {
	case definition == nil:
		c.refuse(at, "there is no condition %s", name)
		return false
	case c.active[name]:
		c.refuse(at, "the condition %s depends on itself", name)
		return false
	}
	c.active[name] = true
	defer delete(c.active, name)
	c.truth[name] = c.evaluate(definition)
	return c.truth[name]
}

func (c *conditions) evaluate(n *node) bool {
	name, argument := onlyField(n)
	switch name {
	case "Condition":
		if argument.kind == text {
			return c.named(n, argument.value)
		}
		c.refuse(n, "Condition takes the name of a condition")
		return false
	case "Fn::Equals":
		operands := c.operands(n, argument, 2, 2)
		return len(operands) == 2 && c.scalar(operands[0]) == c.scalar(operands[1])
	case "Fn::Not":
		operands := c.operands(n, argument, 1, 1)
		return len(operands) == 1 && !c.evaluate(operands[0])
	case "Fn::And", "Fn::Or":
		result := name == "Fn::And"
		for _, operand := range c.operands(n, argument, 2, 10) {
			if value := c.evaluate(operand); value != (name == "Fn::And") {
				result = value
			}
		}
		return result
	}
	c.refuse(n, "must be Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition: localaws knows no other condition")
	return false
}

func (c *conditions) operands(at, argument *node, least, most int) []*node {
	if argument.kind != list || len(argument.items) < least || len(argument.items) > most {
		c.refuse(at, "takes a list of %d to %d items", least, most)
		return nil
	}
	return argument.items
}

// scalar is a value that Fn::Equals compares. CloudFormation compares texts.
func (c *conditions) scalar(n *node) string {
	if name, argument := onlyField(n); name == "Ref" && argument.kind == text {
		if value, ok := c.pseudo(argument.value); ok {
			return value
		}
	}
	if !n.scalar() {
		c.refuse(n, "localaws compares texts, numbers, booleans and Ref of a pseudo parameter only")
		return ""
	}
	return n.value
}

// choose replaces each Fn::If within a value. A value that is AWS::NoValue is left out.
func (c *conditions) choose(n *node) *node {
	if name, argument := onlyField(n); name == "Fn::If" {
		return c.branch(n, argument)
	}
	switch n.kind {
	case list:
		out := *n
		out.items = nil
		for _, item := range n.items {
			if chosen := c.choose(item); !isNoValue(chosen) {
				out.items = append(out.items, chosen)
			}
		}
		return &out
	case object:
		out := *n
		out.fields = make(map[string]*node, len(n.fields))
		for name, field := range n.fields {
			if chosen := c.choose(field); !isNoValue(chosen) {
				out.fields[name] = chosen
			}
		}
		return &out
	}
	return n
}

func (c *conditions) branch(at, argument *node) *node {
	if argument.kind != list || len(argument.items) != 3 || argument.items[0].kind != text {
		c.refuse(at, "Fn::If takes a list of a condition's name and two values")
		return textNode(at, "")
	}
	if c.named(argument.items[0], argument.items[0].value) {
		return c.choose(argument.items[1])
	}
	return c.choose(argument.items[2])
}

func isNoValue(n *node) bool {
	name, argument := onlyField(n)
	return name == "Ref" && isText(argument, "AWS::NoValue")
}

// outputs leaves out those whose condition is false.
func (c *conditions) outputs(n *node) *node {
	f := c.open(n, asIs)
	if f.object == nil {
		return n
	}
	out := *n
	out.fields = map[string]*node{}
	for _, name := range f.object.keys() {
		if output := f.object.fields[name]; c.holds(output.field("Condition")) {
			out.fields[name] = c.choose(output)
		}
	}
	return &out
}

// onlyField is the name and the value of an object's only field.
func onlyField(n *node) (name string, value *node) {
	if n == nil || n.kind != object || len(n.fields) != 1 {
		return "", nil
	}
	for name, value = range n.fields {
	}
	return name, value
}
