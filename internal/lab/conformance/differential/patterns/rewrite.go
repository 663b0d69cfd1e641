package patterns

import (
	"bytes"
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
)

// otherwise returns a question with other names of members and other numbers, both in
// the pattern and in the event. It does not change a text that is not JSON.
func otherwise(q peers.Question, name, number func(string) string) peers.Question {
	other := peers.Question{Pattern: q.Pattern, Event: q.Event}
	if pattern, ok := rewrite(q.Pattern, name, number); ok {
		other.Pattern = pattern
	}
	if event, ok := rewrite(q.Event, name, number); ok {
		other.Event = event
	}
	return other
}

func same(s string) string { return s }

// rewrite copies a JSON text token by token. Everything else stays as it is: the order
// of members, repeated names, the spelling of numbers.
func rewrite(text string, name, number func(string) string) (string, bool) {
	var out bytes.Buffer
	options := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
	from, to := jsontext.NewDecoder(strings.NewReader(text), options...), jsontext.NewEncoder(&out, options...)
	for {
		kind, length := from.StackIndex(from.StackDepth())
		isName := kind == jsontext.KindBeginObject && length%2 == 0
		var err error
		switch next := from.PeekKind(); next {
		case jsontext.KindNumber:
			var v jsontext.Value
			if v, err = from.ReadValue(); err == nil {
				err = to.WriteValue(jsontext.Value(number(string(v))))
			}
		default:
			var t jsontext.Token
			if t, err = from.ReadToken(); err == nil {
				if isName && next == jsontext.KindString {
					t = jsontext.String(name(t.String()))
				}
				err = to.WriteToken(t)
			}
		}
		if err != nil {
			return "", false
		}
		if from.StackDepth() == 0 {
			return strings.TrimSpace(out.String()), true
		}
	}
}

// filled fills the empty parts between the dots of a name. No name of a case has the
// filler, so different names stay different. The filler sorts before every letter,
// because the order of paths matters for a pattern with {"exists": false}.
func filled(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		if p == "" {
			parts[i] = "!"
		}
	}
	return strings.Join(parts, ".")
}

// float returns the double nearest to a number, or infinity beyond the largest.
func float(number string) float64 {
	f, _ := strconv.ParseFloat(number, 64) // the error is that it is infinite
	return f
}

// isShortest tells whether a number is the shortest text for its float64, which is what
// Java 19 prints.
func isShortest(number string) bool {
	f, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return false
	}
	given, _ := new(big.Rat).SetString(number)
	shortest, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'e', -1, 64))
	return given.Cmp(shortest) == 0
}

// alternative is a pattern without $or: the tests of each path, in their order.
type alternative []leaf

type leaf struct {
	path  string
	tests []json.RawMessage
}

// pattern writes the alternative as a pattern of its own.
func (a alternative) pattern() string {
	var o object
	for _, l := range a {
		var tests list
		for _, t := range l.tests {
			tests = append(tests, raw(t))
		}
		o = append(o, member{l.path, tests})
	}
	return text(o)
}

// alternativesOf expands the $or of a pattern. It returns nil if the text is not a
// pattern.
func alternativesOf(pattern string) []alternative { return expand("", json.RawMessage(pattern)) }

func expand(path string, value json.RawMessage) []alternative {
	var tests []json.RawMessage
	if json.Unmarshal(value, &tests) == nil {
		return []alternative{{{path, tests}}}
	}
	all := []alternative{nil}
	for _, m := range membersOf(value) {
		var choices []alternative
		if m.name == "$or" {
			var groups []json.RawMessage
			_ = json.Unmarshal(m.value, &groups) // then there are none
			for _, g := range groups {
				choices = append(choices, expand(path, g)...)
			}
		} else {
			choices = expand(strings.TrimPrefix(path+"."+m.name, "."), m.value)
		}
		var product []alternative
		for _, a := range all {
			for _, c := range choices {
				product = append(product, slices.Concat(a, c))
			}
		}
		all = product
	}
	return all
}

type rawMember struct {
	name  string
	value json.RawMessage
}

// membersOf lists the members of an object in their order.
func membersOf(value json.RawMessage) []rawMember {
	var members []rawMember
	d := json.NewDecoder(bytes.NewReader(value))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil
		}
		m := rawMember{name: name.(string)}
		if err := d.Decode(&m.value); err != nil {
			return nil
		}
		members = append(members, m)
	}
	return members
}
