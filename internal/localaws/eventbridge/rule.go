package eventbridge

import (
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/localaws/pattern"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

const (
	enabled  = "ENABLED"
	disabled = "DISABLED"
)

// rule is one rule of a bus. Its targets are sorted by ID.
type rule struct {
	name, arn, bus, description, role string

	state   string
	text    string // of the pattern, as it was given
	pattern *pattern.Pattern
	targets []TargetConfig
	tags    map[string]string // replaced, never changed
}

// PutRule creates an enabled rule. If a rule of this name exists, it changes its
// pattern and enables it; the targets stay. bus is a name, an ARN or "" for "default".
// Errors: InvalidEventPatternException, ResourceNotFoundException (no such bus),
// LimitExceededException (300 rules a bus), ValidationException (the name).
func (s *Service) PutRule(bus, name, eventPattern string) error {
	_, err := s.putRule(bus, rule{name: name, text: eventPattern, state: enabled})
	return err
}

func (s *Service) putRule(busName string, r rule) (*rule, error) {
	if !ruleName.MatchString(r.name) {
		return nil, invalid("Name %q: 1 to 64 characters of A-Z, a-z, 0-9, period, hyphen and underscore", r.name)
	}
	b, err := s.bus(busName)
	if err != nil {
		return nil, err
	}
	if r.pattern, err = compile(r.text); err != nil {
		return nil, err
	}
	at, found := b.find(r.name)
	if found {
		r.targets, r.tags = b.rules[at].targets, b.rules[at].tags
		r.bus, r.arn = b.rules[at].bus, b.rules[at].arn
		*b.rules[at] = r
		return b.rules[at], nil
	}
	if len(b.rules) >= maxRules {
		return nil, limitExceeded()
	}
	r.bus, r.arn = b.name, s.ruleARN(b, r.name)
	b.rules = slices.Insert(b.rules, at, &r)
	return &r, nil
}

func compile(text string) (*pattern.Pattern, error) {
	p, err := pattern.Compile([]byte(text))
	if err != nil {
		return nil, wire.Errorf("InvalidEventPatternException", "%s", err)
	}
	return p, nil
}

func (s *Service) ruleARN(b *bus, name string) string {
	if b.name == defaultBus {
		return s.w.ARN("events", "rule/"+name)
	}
	return s.w.ARN("events", "rule/"+b.name+"/"+name)
}

func (s *Service) rule(busName, name string) (*rule, error) {
	b, err := s.bus(busName)
	if err != nil {
		return nil, err
	}
	if at, found := b.find(name); found {
		return b.rules[at], nil
	}
	return nil, notFound("Rule %s does not exist on EventBus %s.", name, b.name)
}

// deleteRule deletes a rule without targets. It is no error if the rule does not exist.
func (s *Service) deleteRule(busName, name string) error {
	b, err := s.bus(busName)
	if err != nil {
		return err
	}
	at, found := b.find(name)
	if !found {
		return nil
	}
	if len(b.rules[at].targets) > 0 {
		return invalid("Rule can't be deleted since it has targets.")
	}
	b.rules = slices.Delete(b.rules, at, at+1)
	return nil
}

func (s *Service) setState(busName, name, state string) error {
	r, err := s.rule(busName, name)
	if err == nil {
		r.state = state
	}
	return err
}
