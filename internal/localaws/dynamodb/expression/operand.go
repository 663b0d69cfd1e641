package expression

import (
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
)

// An operand is a document path, a :value or a function call; exactly one of
// its members is set.
type operand struct {
	path  Path
	value string
	call  *call
}

// A call is a function with its operands.
type call struct {
	name string
	args []operand
}

// dialect says which functions a grammar has and where.
type dialect int

const (
	conditions dialect = iota
	updates
)

// operandCounts of all functions there are.
var operandCounts = [...]map[string]int{
	conditions: {"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2, "size": 1},
	updates:    {"if_not_exists": 2, "list_append": 2},
}

// inside is the one function per dialect that can be an operand of another.
var inside = [...]string{conditions: "size", updates: "if_not_exists"}

func (p *parser) checkFunction(d dialect, name string) {
	if _, ok := operandCounts[d][name]; ok {
		return
	}
	if _, ok := operandCounts[1-d][name]; !ok {
		p.note("Invalid function name; function: %s", name)
		return
	}
	p.note("The function is not allowed in %s expression; function: %s",
		[...]string{conditions: "a condition", updates: "an update"}[d], name)
}

// parseOperand reads an operand, in parentheses or not. It notes functions
// that cannot stand inside something else.
func (p *parser) parseOperand(d dialect) (operand, error) {
	if !p.accept("(") {
		o, err := p.parseBareOperand(d)
		p.checkInside(d, o)
		return o, err
	}
	doubled := p.isPunctuation("(")
	o, err := p.parseOperand(d)
	if err != nil {
		return o, err
	}
	if doubled {
		p.noteDoubled()
	}
	return o, p.expect(")")
}

func (p *parser) checkInside(d dialect, o operand) {
	if o.call == nil || o.call.name == inside[d] {
		return
	}
	if _, ok := operandCounts[d][o.call.name]; ok {
		p.noteMisplaced(o.call)
	}
}

func (p *parser) noteMisplaced(c *call) {
	p.note("The function is not allowed to be used this way in an expression; function: %s", c.name)
}

func (p *parser) parseBareOperand(d dialect) (operand, error) {
	t := p.peek()
	if t.kind == tokenValue {
		return operand{value: p.take()}, nil
	}
	if t.kind == tokenWord && p.callFollows() {
		c, err := p.parseCall(d)
		return operand{call: c}, err
	}
	path, err := p.parsePath()
	return operand{path: path}, err
}

func (p *parser) callFollows() bool {
	t := p.tokens[p.at+1]
	return t.kind == tokenPunctuation && p.string(t) == "("
}

func (p *parser) parseCall(d dialect) (*call, error) {
	c := &call{name: p.take()}
	p.operators++
	p.checkFunction(d, c.name)
	args, err := p.parseOperands(d)
	c.args = args
	return c, err
}

// parseOperands reads (operand, ...).
func (p *parser) parseOperands(d dialect) ([]operand, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var list []operand
	for {
		o, err := p.parseOperand(d)
		if err != nil {
			return nil, err
		}
		list = append(list, o)
		if !p.accept(",") {
			return list, p.expect(")")
		}
	}
}

// bind notes the use of all placeholders of the operand.
func (o operand) bind(e *Environment) error {
	switch {
	case o.path != nil:
		return e.bindPath(o.path)
	case o.call == nil:
		return e.bindValue(o.value)
	}
	return bindAll(o.call.args, e)
}

func bindAll(operands []operand, e *Environment) error {
	for _, o := range operands {
		if err := o.bind(e); err != nil {
			return err
		}
	}
	return nil
}

// kind is the type that the operand is known to have before there is an item,
// else Absent.
func (o operand) kind(e *Environment) value.Kind {
	switch {
	case o.path != nil:
		return value.Absent
	case o.call == nil:
		return e.value(o.value).Kind()
	case o.call.name == "size":
		return value.N
	}
	return value.Absent
}

// checkCounts looks for calls with the wrong number of operands, inner first.
func (c *call) checkCounts(d dialect) error {
	for _, o := range c.args {
		if o.call != nil {
			if err := o.call.checkCounts(d); err != nil {
				return err
			}
		}
	}
	if operandCounts[d][c.name] != len(c.args) {
		return failf("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", c.name, len(c.args))
	}
	return nil
}

func requiresPath(function string) error {
	return failf("Operator or function requires a document path; operator or function: %s", function)
}

func operandType(function string, kind string) error {
	return failf("Incorrect operand type for operator or function; operator or function: %s, operand type: %s", function, kind)
}

// allow refuses operands of a known type other than the given ones.
func allow(function string, args []operand, e *Environment, kinds ...value.Kind) error {
	for _, o := range args {
		if k := o.kind(e); k != value.Absent && !slices.Contains(kinds, k) {
			return operandType(function, k.String())
		}
	}
	return nil
}
