package expression

import (
	"strings"
)

// Operators of conditions, beside the comparisons that are called by their own
// text.
const (
	opAnd     = "AND"
	opOr      = "OR"
	opNot     = "NOT"
	opBetween = "BETWEEN"
	opIn      = "IN"
	opCall    = "" // a function
)

// A Condition is a parsed condition, filter or key-condition expression. It is
// immutable.
type Condition struct {
	root *node
}

// node is a condition: either of conditions (AND, OR, NOT) or of operands. The
// only operand of an opCall is the call.
type node struct {
	op   string
	kids []*node
	args []operand
}

// ParseCondition parses a condition, filter or key-condition expression.
func ParseCondition(text string) (*Condition, error) {
	p, c := newParser(text), new(Condition)
	return c, p.run(func() (err error) {
		c.root, err = p.parseCondition()
		return err
	})
}

// A term is what stands between operators: a condition or an operand. If it is an
// operand, only the next token tells whether it is a condition (a function) or is
// compared.
type term struct {
	node    *node
	operand operand
}

func (p *parser) parseCondition() (*node, error) {
	t, err := p.parseOr()
	if err != nil {
		return nil, err
	}
	return p.condition(t)
}

// condition makes a condition of a term; only functions can be one alone.
func (p *parser) condition(t term) (*node, error) {
	if t.node != nil {
		return t.node, nil
	}
	if t.operand.call == nil {
		return nil, p.syntaxError()
	}
	if t.operand.call.name == inside[conditions] {
		p.noteMisplaced(t.operand.call)
	}
	return &node{op: opCall, args: []operand{t.operand}}, nil
}

func (p *parser) parseOr() (term, error) {
	return p.parseChain(opOr, p.parseAnd)
}

func (p *parser) parseAnd() (term, error) {
	return p.parseChain(opAnd, p.parseNot)
}

// parseChain reads inner {op inner}.
func (p *parser) parseChain(op string, inner func() (term, error)) (term, error) {
	t, err := inner()
	if err != nil || !p.isKeyword(op) {
		return t, err
	}
	chain := &node{op: op}
	for {
		kid, err := p.condition(t)
		if err != nil {
			return t, err
		}
		chain.kids = append(chain.kids, kid)
		if !p.isKeyword(op) {
			return term{node: chain}, nil
		}
		p.take()
		p.operators++
		if t, err = inner(); err != nil {
			return t, err
		}
	}
}

func (p *parser) parseNot() (term, error) {
	if !p.isKeyword(opNot) {
		return p.parseComparison()
	}
	p.take()
	p.operators++
	t, err := p.parseNot()
	if err != nil {
		return t, err
	}
	kid, err := p.condition(t)
	return term{node: &node{op: opNot, kids: []*node{kid}}}, err
}

func (p *parser) parseComparison() (term, error) {
	t, err := p.parseGroup()
	if err != nil || t.node != nil {
		return t, err
	}
	op := p.comparator()
	if op == "" {
		return t, nil
	}
	p.checkInside(conditions, t.operand)
	p.take()
	p.operators++
	args, err := p.parseCompared(op)
	return term{node: &node{op: op, args: append([]operand{t.operand}, args...)}}, err
}

// comparator is the operator that the current token begins, if any.
func (p *parser) comparator() string {
	text := p.string(p.peek())
	switch p.peek().kind {
	case tokenPunctuation:
		if strings.ContainsAny(text, "=<>") {
			return text
		}
	case tokenKeyword:
		if upper := strings.ToUpper(text); upper == opBetween || upper == opIn {
			return upper
		}
	}
	return ""
}

// parseCompared reads what follows a comparator.
func (p *parser) parseCompared(op string) ([]operand, error) {
	if op == opIn {
		list, err := p.parseOperands(conditions)
		if len(list) > maxIn {
			p.note("The IN operator is provided with too many operands; number of operands: %d", len(list))
		}
		return list, err
	}
	low, err := p.parseOperand(conditions)
	if err != nil || op != opBetween {
		return []operand{low}, err
	}
	if !p.isKeyword(opAnd) {
		return nil, p.syntaxError()
	}
	p.take()
	high, err := p.parseOperand(conditions)
	return []operand{low, high}, err
}

// parseGroup reads a bare operand, or anything in parentheses.
func (p *parser) parseGroup() (term, error) {
	if !p.accept("(") {
		o, err := p.parseBareOperand(conditions)
		return term{operand: o}, err
	}
	opened := p.at
	t, err := p.parseOr()
	if err != nil {
		return t, err
	}
	if p.wrapped(opened) {
		p.noteDoubled()
	}
	return t, p.expect(")")
}

// wrapped tells whether the tokens from the given one up to the current one
// are already in one pair of parentheses.
func (p *parser) wrapped(from int) bool {
	if p.string(p.tokens[from]) != "(" {
		return false
	}
	depth := 0
	for i := from; i < p.at; i++ {
		switch p.string(p.tokens[i]) {
		case "(":
			depth++
		case ")":
			depth--
		}
		if depth == 0 {
			return i == p.at-1
		}
	}
	return false
}
