package expression

import (
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

// Match tells whether the item meets the condition, which must have been bound
// to the environment. A comparison with something that is not there, or of
// values of different types, is false; <> is then true.
func (c *Condition) Match(item value.Item, e *Environment) bool { return c.root.match(item, e) }

func (n *node) match(item value.Item, e *Environment) bool {
	switch n.op {
	case opAnd:
		for _, kid := range n.kids {
			if !kid.match(item, e) {
				return false
			}
		}
		return true
	case opOr:
		for _, kid := range n.kids {
			if kid.match(item, e) {
				return true
			}
		}
		return false
	case opNot:
		return !n.kids[0].match(item, e)
	case opCall:
		return n.args[0].call.holds(item, e)
	}
	return n.compare(item, e)
}

func (n *node) compare(item value.Item, e *Environment) bool {
	left := n.args[0].evaluate(item, e)
	right := n.args[1].evaluate(item, e)
	switch n.op {
	case "=":
		return left.Exists() && left.Equal(right)
	case "<>":
		return !left.Equal(right) || !left.Exists()
	case opIn:
		return n.in(left, item, e)
	case opBetween:
		return ordered(right, left, "<=") && ordered(left, n.args[2].evaluate(item, e), "<=")
	}
	return ordered(left, right, n.op)
}

func (n *node) in(left value.Value, item value.Item, e *Environment) bool {
	if !left.Exists() {
		return false
	}
	for _, o := range n.args[1:] {
		if left.Equal(o.evaluate(item, e)) {
			return true
		}
	}
	return false
}

// ordered compares by < <= > or >=.
func ordered(left, right value.Value, op string) bool {
	if left.Kind() != right.Kind() || !left.Kind().Ordered() {
		return false
	}
	order := left.Compare(right)
	switch op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// evaluate gives the operand's value; Absent where there is none.
func (o operand) evaluate(item value.Item, e *Environment) value.Value {
	switch {
	case o.path != nil:
		return lookup(item, o.path, e)
	case o.call == nil:
		return e.value(o.value)
	}
	// Parsing has made sure that it is size.
	n, ok := o.call.args[0].evaluate(item, e).Length()
	if !ok {
		return value.Value{}
	}
	return value.Int(int64(n))
}

// holds evaluates a function that is a condition.
func (c *call) holds(item value.Item, e *Environment) bool {
	v := c.args[0].evaluate(item, e)
	switch c.name {
	case "attribute_exists":
		return v.Exists()
	case "attribute_not_exists":
		return !v.Exists()
	}
	w := c.args[1].evaluate(item, e)
	switch c.name {
	case "attribute_type":
		return v.Exists() && v.Kind().String() == w.Text()
	case "begins_with":
		return v.HasPrefix(w)
	}
	return w.Exists() && v.Contains(w)
}
