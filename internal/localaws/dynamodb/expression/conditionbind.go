package expression

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

// Bind checks the condition in the environment of a request, one comparison or
// function after the other, and notes the placeholders that it uses.
func (c *Condition) Bind(e *Environment) error { return c.root.bind(e) }

func (n *node) bind(e *Environment) error {
	for _, kid := range n.kids {
		if err := kid.bind(e); err != nil {
			return err
		}
	}
	if n.kids != nil {
		return nil
	}
	if err := bindAll(n.args, e); err != nil {
		return err
	}
	for _, o := range n.args {
		if o.call != nil {
			if err := o.call.checkCounts(conditions); err != nil {
				return err
			}
		}
	}
	if err := n.checkDistinct(e); err != nil {
		return err
	}
	return n.checkKinds(e)
}

// checkDistinct refuses to compare a path with itself.
func (n *node) checkDistinct(e *Environment) error {
	if n.op == opCall {
		return distinct(n.args[0].call.name, n.args[0].call.args, e)
	}
	return distinct(n.op, n.args, e)
}

func distinct(operator string, args []operand, e *Environment) error {
	if args[0].path == nil {
		return nil
	}
	path := e.path(args[0].path)
	for _, o := range args[1:] {
		if o.path != nil && e.path(o.path).equal(path) {
			return failf("The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s", operator, path)
		}
	}
	return nil
}

func (n *node) checkKinds(e *Environment) error {
	for _, o := range n.args {
		if o.call != nil {
			if err := o.call.checkKinds(e); err != nil {
				return err
			}
		}
	}
	switch n.op {
	case "=", "<>", opIn, opCall:
		return nil
	}
	if err := allow(n.op, n.args, e, value.S, value.N, value.B); err != nil {
		return err
	}
	if n.op == opBetween {
		return n.checkBounds(e)
	}
	return nil
}

func (n *node) checkBounds(e *Environment) error {
	if n.args[1].value == "" || n.args[2].value == "" {
		return nil
	}
	low, high := e.value(n.args[1].value), e.value(n.args[2].value)
	rule := ""
	switch {
	case low.Kind() != high.Kind():
		rule = "The BETWEEN operator requires same data type for lower and upper bounds"
	case low.Compare(high) > 0:
		rule = "The BETWEEN operator requires upper bound to be greater than or equal to lower bound"
	default:
		return nil
	}
	return failf("%s; lower bound operand: AttributeValue: {%s:%s}, upper bound operand: AttributeValue: {%s:%s}",
		rule, low.Kind(), shown(low), high.Kind(), shown(high))
}

// shown is a scalar as in DynamoDB's messages.
func shown(v value.Value) string {
	if v.Kind() == value.B {
		return base64.StdEncoding.EncodeToString(v.Bytes())
	}
	return v.Text()
}

// typeNames are those that attribute_type takes.
var typeNames = []string{"B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"}

// checkKinds checks the operands of a function of conditions.
func (c *call) checkKinds(e *Environment) error {
	for _, o := range c.args {
		if o.call != nil {
			if err := o.call.checkKinds(e); err != nil {
				return err
			}
		}
	}
	switch c.name {
	case "attribute_exists", "attribute_not_exists":
		if c.args[0].path == nil {
			return requiresPath(c.name)
		}
	case "begins_with":
		return allow(c.name, c.args, e, value.S, value.B)
	case "size":
		return allow(c.name, c.args, e, value.S, value.B, value.SS, value.NS, value.BS, value.L, value.M)
	case "attribute_type":
		return checkTypeName(c.args[1], e)
	}
	return nil
}

func checkTypeName(o operand, e *Environment) error {
	switch kind := o.kind(e); kind {
	case value.S:
	case value.Absent:
		return operandType("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
	default:
		return operandType("attribute_type", kind.String())
	}
	if name := e.value(o.value).Text(); !slices.Contains(typeNames, name) {
		return failf("Invalid attribute type name found; type: %s, valid types: {%s}", name, strings.Join(typeNames, ","))
	}
	return nil
}

// Paths calls f with every document path of the condition, resolved.
func (c *Condition) Paths(e *Environment, f func(Path)) { c.root.paths(e, f) }

func (n *node) paths(e *Environment, f func(Path)) {
	for _, kid := range n.kids {
		kid.paths(e, f)
	}
	eachPath(n.args, e, f)
}

func eachPath(operands []operand, e *Environment, f func(Path)) {
	for _, o := range operands {
		switch {
		case o.path != nil:
			f(e.path(o.path))
		case o.call != nil:
			eachPath(o.call.args, e, f)
		}
	}
}
