package catalogue

import (
	"fmt"

	"github.com/bot-preferences/bot-preferences/catalogue/internal/valueschema"
	"github.com/bot-preferences/bot-preferences/events"
)

// A Violation says which rule of the catalogue a value breaks. It never has the value.
type Violation struct {
	Key string

	// Rule is the JSON Pointer of the keyword in the entry's schema that refuses the
	// value, such as "/pattern" or "/properties/from/type". Other rules are words:
	//
	//	set      the only values of a set's keys are true and null
	//	layers   the key may not be set in this layer
	//	unknown  no entry matches the key
	//	schema   the entry's schema cannot be read, and so refuses everything
	Rule string

	// Action is Refuse or Warn.
	Action Action
}

// Error names the key and the rule.
func (v *Violation) Error() string {
	return fmt.Sprintf("preferences.%s: breaks the catalogue's rule %s", v.Key, v.Rule)
}

// Validate judges the value of a key by its schema. It returns nil or a *Violation.
// Its Action says whether to refuse the change or only to warn. Forgetting is never
// refused: events.Unset is right for every key.
func (c *Catalogue) Validate(key string, v events.Value) error {
	if violation := c.violation(key, v); violation != nil {
		return violation
	}
	return nil
}

// Check judges all that a change says to a profile of a layer: each value by its
// schema, and whether its key may be set there. It returns what breaks a rule, by key.
func (c *Catalogue) Check(layer Layer, p events.Preferences) (broken []*Violation) {
	if c == nil {
		return nil
	}
	for _, key := range p.Keys() {
		v := p[key]
		if e := c.match(key); v != events.Unset && e != nil && !e.In(layer) {
			broken = append(broken, &Violation{key, "layers", e.Enforce})
			continue
		}
		if violation := c.violation(key, v); violation != nil {
			broken = append(broken, violation)
		}
	}
	return broken
}

// FirstRefusal is the first Violation for which a change is refused; nil where there is
// none.
func FirstRefusal(broken []*Violation) *Violation {
	for _, v := range broken {
		if v.Action == Refuse {
			return v
		}
	}
	return nil
}

func (c *Catalogue) violation(key string, v events.Value) *Violation {
	if c == nil || v == events.Unset {
		return nil
	}
	e := c.match(key)
	if e == nil {
		if c.unknown == Accept {
			return nil
		}
		return &Violation{key, "unknown", c.unknown}
	}
	if rule := e.judge(v); rule != "" {
		return &Violation{key, rule, e.Enforce}
	}
	return nil
}

// judge returns the rule that refuses v, or "".
func (e *entry) judge(v events.Value) string {
	if e.Set {
		if v != events.Bool(true) {
			return "set"
		}
		return ""
	}
	s, err := e.schema()
	if err != nil {
		return "schema"
	}
	value, err := valueschema.Decode([]byte(v.JSON()))
	if err != nil {
		return "schema"
	}
	rule, _ := s.Validate(value)
	return rule
}
