package pattern

import (
	"fmt"
	"slices"
	"strings"
)

// maxComplexity is how many of a pattern's wildcards may be active at once for some
// value, each counted as often as it can be at different places of itself. AWS names no
// number. event-ruler's README uses ten for one rule. Ten also fits the patterns that
// EventBridge is known to accept or refuse: "*:*:*:*:*:event-bus/*" has 11.
const maxComplexity = 10

// checkComplexity refuses patterns whose wildcards would make matching slow. It counts
// like event-ruler's MachineComplexityEvaluator, which visits all sets of states that a
// machine can be in after some bytes.
func checkComplexity(branches []branch) error {
	root := &stage{}
	for _, b := range branches {
		root.add(b)
	}
	if root.complex(map[*stage]bool{}) {
		return refuse("", "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character")
	}
	return nil
}

// stage is what event-ruler calls a name state: a place between two fields of a
// pattern. Alternatives of $or that begin with the same tests share stages, so their
// wildcards count together.
type stage struct{ fields map[string]*crossing }

type crossing struct {
	values automaton
	known  map[string]*stage // by the test, without wildcards, that leads there
	next   map[*stage]bool
}

func (s *stage) add(b branch) {
	if len(b) == 0 {
		return
	}
	if s.fields == nil {
		s.fields = map[string]*crossing{}
	}
	c := s.fields[b[0].path]
	if c == nil {
		c = &crossing{known: map[string]*stage{}, next: map[*stage]bool{}}
		s.fields[b[0].path] = c
	}
	for next := range c.add(b[0].tests) {
		next.add(b[1:])
	}
}

// add returns the stages to which the tests lead.
func (c *crossing) add(tests []test) map[*stage]bool {
	var to *stage
	reached := map[*stage]bool{}
	for _, t := range tests {
		if known := c.known[t.identity]; known != nil {
			to = known
		} else if to == nil {
			to = &stage{}
		}
		for _, w := range t.wildcards {
			to = c.values.add(t.identity, w, to)
		}
		if len(t.wildcards) == 0 {
			c.known[t.identity] = to
		}
		reached[to], c.next[to] = true, true
	}
	return reached
}

func (s *stage) complex(seen map[*stage]bool) bool {
	if seen[s] {
		return false
	}
	seen[s] = true
	for _, c := range s.fields {
		if c.values.complex() {
			return true
		}
		for next := range c.next {
			if next.complex(seen) {
				return true
			}
		}
	}
	return false
}

// identity names a test: equal ones have the same.
func (n node) identity() string {
	switch n.kind {
	case '{', '[':
		var parts []string
		for _, m := range n.members {
			parts = append(parts, quote(m.name)+":"+m.value.identity())
		}
		for _, e := range n.elements {
			parts = append(parts, e.identity())
		}
		return string(n.kind) + strings.Join(parts, ",")
	case '"':
		return quote(n.text)
	case '0':
		if f, ok := comparableNumber(n.text); ok {
			return fmt.Sprint(f)
		}
	}
	return n.text
}

// wildcards are those of a test, which has been compiled and so is well-formed.
func (n node) wildcards() []string {
	if n.kind != '{' {
		return nil
	}
	operator := n.members[0]
	if operator.name == "anything-but" && operator.value.kind == '{' {
		operator = operator.value.members[0]
	}
	if operator.name != "wildcard" {
		return nil
	}
	texts := []string{operator.value.text}
	if operator.value.kind == '[' {
		texts = nil
		for _, e := range operator.value.elements {
			texts = append(texts, e.text)
		}
		slices.Sort(texts)
	}
	return slices.Compact(texts)
}
