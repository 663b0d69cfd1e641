package expression

import (
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

// A KeyTerm is what a key-condition expression asks of one key attribute.
type KeyTerm struct {
	Operator string // "=", "<", "<=", ">", ">=", "BETWEEN" or "begins_with"
	Values   []value.Value
}

// KeyTerms reads a bound condition as a key condition: one comparison per key
// attribute with constants, joined by AND. Its errors stand alone, without
// "Invalid KeyConditionExpression: " in front.
func (c *Condition) KeyTerms(e *Environment) (map[string]KeyTerm, error) {
	terms := map[string]KeyTerm{}
	return terms, c.root.keyTerms(e, terms)
}

func (n *node) keyTerms(e *Environment, terms map[string]KeyTerm) error {
	switch n.op {
	case opOr, opNot, opIn, "<>":
		return keyOperator(n.op)
	case opAnd:
		for _, kid := range n.kids {
			if err := kid.keyTerms(e, terms); err != nil {
				return err
			}
		}
		return nil
	}
	operator, args := n.op, n.args
	if n.op == opCall {
		operator, args = n.args[0].call.name, n.args[0].call.args
		if operator != "begins_with" {
			return keyOperator(operator)
		}
	}
	return keyTerm(operator, args, e, terms)
}

func keyOperator(operator string) error {
	return failf("Invalid operator used in KeyConditionExpression: %s", operator)
}

func keyTerm(operator string, args []operand, e *Environment, terms map[string]KeyTerm) error {
	if (operator == opBetween || operator == "begins_with") && args[0].path == nil && args[0].call == nil {
		return failf("Invalid condition in KeyConditionExpression: %s operator must have the key attribute as its first operand", operator)
	}
	key, values, err := keyAndValues(args, e)
	if err != nil {
		return err
	}
	if _, ok := terms[key]; ok {
		return failf("KeyConditionExpressions must only contain one condition per key")
	}
	if args[0].path == nil {
		operator = mirrored(operator)
	}
	terms[key] = KeyTerm{Operator: operator, Values: values}
	return nil
}

func keyAndValues(args []operand, e *Environment) (key string, values []value.Value, err error) {
	found := false
	for _, o := range args {
		switch {
		case o.call != nil:
			return "", nil, failf("KeyConditionExpressions cannot contain nested operations")
		case o.path == nil:
			values = append(values, e.value(o.value))
		case found:
			return "", nil, failf("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
		case len(o.path) > 1:
			return "", nil, failf("KeyConditionExpressions cannot have conditions on nested attributes")
		default:
			key, found = e.name(o.path[0].Name), true
		}
	}
	if !found {
		return "", nil, failf("Invalid condition in KeyConditionExpression: No key attribute specified")
	}
	return key, values, nil
}

// mirrored is the operator with its sides exchanged.
func mirrored(operator string) string {
	switch operator {
	case "<":
		return ">"
	case "<=":
		return ">="
	case ">":
		return "<"
	case ">=":
		return "<="
	}
	return operator
}
