package expression

import "strings"

// An Update is a parsed update expression. It is immutable.
type Update struct {
	sets    []setAction
	removes []Path
	adds    []setAction // ADD
	deletes []setAction // DELETE

	order []Path // paths of all actions, in the order of the text
}

// A setAction gives the place at path a value.
type setAction struct {
	path     Path
	operator string // "", "+" or "-"
	args     []operand
}

// OnlyTakes tells whether the update can only take something away: it has no SET and no
// ADD.
func (u *Update) OnlyTakes() bool { return len(u.sets)+len(u.adds) == 0 }

// ParseUpdate parses an update expression.
func ParseUpdate(text string) (*Update, error) {
	if len(text) > MaxBytes {
		return nil, failf("Expression size has exceeded the maximum allowed size;")
	}
	p, u := newParser(text), new(Update)
	return u, p.run(func() error { return p.parseSections(u) })
}

func (p *parser) parseSections(u *Update) error {
	seen := map[string]bool{}
	for len(seen) == 0 || p.peek().kind != tokenEnd {
		section := strings.ToUpper(p.string(p.peek()))
		action := map[string]func(*Update) error{
			"SET": p.parseSet, "REMOVE": p.parseRemove, "ADD": p.parseAdd, "DELETE": p.parseDelete,
		}[section]
		if action == nil {
			return p.syntaxError()
		}
		p.take()
		if seen[section] {
			p.note("The \"%s\" section can only be used once in an update expression;", section)
		}
		seen[section] = true
		if err := p.parseActions(u, action); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) parseActions(u *Update, action func(*Update) error) error {
	for {
		if err := action(u); err != nil {
			return err
		}
		if !p.accept(",") {
			return nil
		}
	}
}

// target reads the path that an action changes.
func (p *parser) target(u *Update) (Path, error) {
	path, err := p.parsePath()
	if err == nil {
		u.order = append(u.order, path)
	}
	return path, err
}

func (p *parser) parseSet(u *Update) error {
	path, err := p.target(u)
	if err != nil {
		return err
	}
	if err := p.expect("="); err != nil {
		return err
	}
	action, err := p.parseSetValue()
	action.path = path
	u.sets = append(u.sets, action)
	return err
}

// parseSetValue reads operand [(+|-) operand]; one pair of parentheses may be
// around the whole.
func (p *parser) parseSetValue() (setAction, error) {
	var left operand
	if p.accept("(") {
		opened := p.at
		a, err := p.parseSetValue()
		if err != nil {
			return a, err
		}
		if p.wrapped(opened) {
			p.noteDoubled()
		}
		if err := p.expect(")"); err != nil || a.operator != "" {
			return a, err
		}
		left = a.args[0]
	} else {
		var err error
		if left, err = p.parseBareOperand(updates); err != nil {
			return setAction{}, err
		}
	}
	if !p.isPunctuation("+") && !p.isPunctuation("-") {
		return setAction{args: []operand{left}}, nil
	}
	p.checkInside(updates, left)
	operator := p.take()
	p.operators++
	right, err := p.parseOperand(updates)
	return setAction{operator: operator, args: []operand{left, right}}, err
}

func (p *parser) parseRemove(u *Update) error {
	path, err := p.target(u)
	u.removes = append(u.removes, path)
	return err
}

func (p *parser) parseAdd(u *Update) error {
	action, err := p.parseElement(u)
	u.adds = append(u.adds, action)
	return err
}

func (p *parser) parseDelete(u *Update) error {
	action, err := p.parseElement(u)
	u.deletes = append(u.deletes, action)
	return err
}

// parseElement reads path :value.
func (p *parser) parseElement(u *Update) (setAction, error) {
	path, err := p.target(u)
	if err != nil {
		return setAction{}, err
	}
	if p.peek().kind != tokenValue {
		return setAction{}, p.syntaxError()
	}
	return setAction{path: path, args: []operand{{value: p.take()}}}, nil
}
