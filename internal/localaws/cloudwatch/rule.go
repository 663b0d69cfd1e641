package cloudwatch

import (
	"fmt"
	"regexp"
	"strings"
)

// A rule tells whether a composite alarm is in ALARM, from the states of others.
type rule interface {
	holds(states func(alarm string) State) bool
	names() []string
}

type (
	stateIs struct {
		state State
		alarm string
	}
	not    struct{ rule }
	both   struct{ left, right rule }
	either struct{ left, right rule }
)

func (r stateIs) holds(states func(string) State) bool { return states(r.alarm) == r.state }
func (r not) holds(states func(string) State) bool     { return !r.rule.holds(states) }
func (r both) holds(states func(string) State) bool {
	return r.left.holds(states) && r.right.holds(states)
}
func (r either) holds(states func(string) State) bool {
	return r.left.holds(states) || r.right.holds(states)
}

func (r stateIs) names() []string { return []string{r.alarm} }
func (r both) names() []string    { return append(r.left.names(), r.right.names()...) }
func (r either) names() []string  { return append(r.left.names(), r.right.names()...) }

var token = regexp.MustCompile(`^\s*(AND|OR|NOT|ALARM|OK|INSUFFICIENT_DATA|\(|\)|"[^"]*"|[^\s()"]+)`)

// parseRule reads an AlarmRule. NOT binds closer than AND, and AND closer than OR.
func parseRule(text string) (rule, error) {
	p := &ruleParser{text: text, rest: text}
	r, err := p.alternatives()
	if err == nil && p.peek() != "" {
		err = p.unexpected()
	}
	return r, err
}

type ruleParser struct{ text, rest string }

func (p *ruleParser) peek() string {
	if m := token.FindStringSubmatch(p.rest); m != nil {
		return m[1]
	}
	return ""
}

func (p *ruleParser) next() string {
	m := token.FindStringSubmatch(p.rest)
	if m == nil {
		return ""
	}
	p.rest = p.rest[len(m[0]):]
	return m[1]
}

func (p *ruleParser) unexpected() error {
	return fmt.Errorf("AlarmRule: %q is unexpected in %q", p.peek(), p.text)
}

func (p *ruleParser) expect(wanted string) error {
	if p.peek() != wanted {
		return p.unexpected()
	}
	p.next()
	return nil
}

func (p *ruleParser) alternatives() (rule, error) {
	return p.joined("OR", p.conjunction, func(l, r rule) rule { return either{l, r} })
}

func (p *ruleParser) conjunction() (rule, error) {
	return p.joined("AND", p.term, func(l, r rule) rule { return both{l, r} })
}

func (p *ruleParser) joined(word string, part func() (rule, error), join func(l, r rule) rule) (rule, error) {
	left, err := part()
	for err == nil && p.peek() == word {
		p.next()
		var right rule
		if right, err = part(); err == nil {
			left = join(left, right)
		}
	}
	return left, err
}

func (p *ruleParser) term() (rule, error) {
	switch word := p.peek(); word {
	case "NOT":
		p.next()
		r, err := p.term()
		return not{r}, err
	case "(":
		p.next()
		r, err := p.alternatives()
		if err == nil {
			err = p.expect(")")
		}
		return r, err
	case "ALARM", "OK", "INSUFFICIENT_DATA":
		p.next()
		return p.state(State(word))
	}
	return nil, p.unexpected()
}

func (p *ruleParser) state(s State) (rule, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	name := strings.Trim(p.next(), `"`)
	if name == "" {
		return nil, fmt.Errorf("AlarmRule: an alarm's name is missing in %q", p.text)
	}
	name = name[strings.LastIndexByte(name, ':')+1:] // an ARN ends with the name
	return stateIs{s, name}, p.expect(")")
}
