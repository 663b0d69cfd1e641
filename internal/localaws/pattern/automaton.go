package pattern

import (
	"encoding/binary"
	"maps"
	"slices"
	"unicode/utf8"
)

// anyByte is a wildcard's asterisk among the bytes of a text.
const anyByte = 256

// automaton reads the bytes of a value and can be in several states at once. It starts
// in state 0.
type automaton struct {
	states []spot
	ends   map[ending]int
}

type spot struct {
	on    map[int][]int   // by byte, and by anyByte for all of them
	loose bool            // behind an asterisk: more than one text leads here
	tests map[string]bool // of which the end can be reached

	end *ending // where a test ends
}

type ending struct {
	test string
	to   *stage
}

// add adds a wildcard of a test and returns the stage behind it: to, or the stage at
// which an equal wildcard ends already. Which parts of other wildcards it shares, down
// to letters with and without case, follows event-ruler and decides what counts.
func (a *automaton) add(test, wildcard string, to *stage) *stage {
	if a.states == nil {
		a.ends = map[ending]int{}
		a.state(false)
	}
	tokens := tokensOf(wildcard)
	previous, current, i := a.walk(tokens)
	for last := len(tokens) - 1; i < last; i++ {
		next := a.firm(current, tokens[i])
		if next < 0 {
			next = a.state(a.states[current].loose || tokens[i] == anyByte)
			a.join(previous, current, next, tokens, i)
		}
		previous, current = current, next
	}
	for _, s := range a.from(current, tokens[i]) {
		if e := a.states[s].end; e != nil && e.test == test {
			return e.to
		}
	}
	end, ok := a.ends[ending{test, to}]
	if !ok {
		end = a.state(true)
		a.states[end].end, a.ends[ending{test, to}] = &ending{test, to}, end
	}
	a.join(previous, current, end, tokens, i)
	return to
}

// walk follows the existing states as far as they may be shared. It returns the last
// two states and how many tokens led there.
func (a *automaton) walk(tokens []int) (previous, current, i int) {
	previous = -1
	for ; i < len(tokens)-1; i++ {
		at := slices.IndexFunc(a.from(current, tokens[i]), func(s int) bool { return a.reusable(current, s, tokens[i:]) })
		if at < 0 {
			break
		}
		previous, current = current, a.from(current, tokens[i])[at]
	}
	return previous, current, i
}

func (a *automaton) reusable(from, to int, tokens []int) bool {
	switch token := tokens[0]; {
	case a.states[to].end != nil || to == from:
		return false
	case !a.states[to].loose || token == anyByte || token >= 0x80 && token < 0xc0: // the last of these within a character
		return true
	case slices.ContainsFunc(a.states[from].on[anyByte], func(s int) bool { return s != from }):
		return false
	}
	return !hasCase(tokens)
}

// hasCase tells whether the text begins with a character of two cases.
func hasCase(tokens []int) bool {
	var text []byte
	for _, t := range tokens[:min(len(tokens), utf8.UTFMax)] {
		text = append(text, byte(t))
	}
	r, _ := utf8.DecodeRune(text)
	c := folding(string(r))[0]
	return c.lower != c.upper
}

// firm returns a state behind the token to which only one text leads, or -1.
func (a *automaton) firm(current, token int) int {
	for _, s := range a.from(current, token) {
		if !a.states[s].loose {
			return s
		}
	}
	return -1
}

// from are the states behind one of the given state.
func (a *automaton) from(state, token int) []int {
	any := a.states[state].on[anyByte]
	if token == anyByte {
		return any
	}
	return slices.Concat(any, a.states[state].on[token])
}

func (a *automaton) state(loose bool) int {
	a.states = append(a.states, spot{on: map[int][]int{}, loose: loose})
	return len(a.states) - 1
}

// join makes the transition to a new state, and one from before an asterisk,
// which may stand for nothing.
func (a *automaton) join(previous, current, next int, tokens []int, i int) {
	a.link(current, tokens[i], next)
	if i > 0 && tokens[i-1] == anyByte {
		a.link(previous, tokens[i], next)
	}
	if tokens[i] == anyByte {
		a.link(next, anyByte, next)
	}
}

func (a *automaton) link(from, token, to int) {
	if !slices.Contains(a.states[from].on[token], to) {
		a.states[from].on[token] = append(a.states[from].on[token], to)
	}
}

// reach notes which tests can end from where.
func (a *automaton) reach() {
	for i := range a.states {
		a.states[i].tests = map[string]bool{}
		if e := a.states[i].end; e != nil {
			a.states[i].tests[e.test] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for _, s := range slices.Backward(a.states) { // the end is mostly behind
			before := len(s.tests)
			for _, next := range s.on {
				for _, n := range next {
					maps.Copy(s.tests, a.states[n].tests)
				}
			}
			changed = changed || len(s.tests) > before
		}
	}
}

// tokensOf are the bytes of a wildcard, in quotation marks as values are.
func tokensOf(wildcard string) []int {
	tokens := []int{'"'}
	for i := 0; i < len(wildcard); i++ {
		switch c := wildcard[i]; c {
		case '*':
			tokens = append(tokens, anyByte)
			continue
		case '\\':
			i++
		}
		tokens = append(tokens, int(wildcard[i]))
	}
	return append(tokens, '"')
}

// complex goes through the sets of states breadth first.
func (a *automaton) complex() bool {
	if len(a.states) == 0 {
		return false
	}
	a.reach()
	seen := map[string]bool{}
	for queue := [][]int{{0}}; len(queue) > 0; queue = queue[1:] {
		for _, next := range a.after(queue[0]) {
			key := keyOf(next)
			if seen[key] {
				continue
			}
			if a.weight(next) > maxComplexity {
				return true
			}
			seen[key] = true
			queue = append(queue, next)
		}
	}
	return false
}

// keyOf is a set of states as a map's key.
func keyOf(states []int) string {
	key := make([]byte, 0, 2*len(states))
	for _, s := range states {
		key = binary.AppendUvarint(key, uint64(s))
	}
	return string(key)
}

// after are the sets of states that follow one: for each byte that is named
// there, and for one that is not.
func (a *automaton) after(states []int) [][]int {
	byToken := map[int][]int{}
	for _, s := range states {
		for token, next := range a.states[s].on {
			byToken[token] = append(byToken[token], next...)
		}
	}
	sets := make([][]int, 0, len(byToken))
	for _, next := range byToken {
		set := slices.Concat(next, byToken[anyByte])
		slices.Sort(set)
		sets = append(sets, slices.Compact(set))
	}
	return sets
}

// weight counts the active tests, each once for each of its states. A state before an
// asterisk counts the asterisk too.
func (a *automaton) weight(states []int) int {
	n := 0
	for _, s := range states {
		n += len(a.states[s].tests)
		for _, to := range a.states[s].on[anyByte] {
			if !slices.Contains(states, to) {
				n += len(a.states[to].tests)
			}
		}
	}
	return n
}
