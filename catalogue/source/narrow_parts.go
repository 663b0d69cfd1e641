package source

import (
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/bot-preferences/bot-preferences/catalogue/internal/valueschema"
)

// members compares what two schemas say of the members of an object.
func (n narrowing) members(at string, before, after object) {
	if !slices.Contains(typesOf(before), "object") {
		return
	}
	was, is := membersOf(before), membersOf(after)
	for pattern, schema := range is.patterns {
		if old, had := was.patterns[pattern]; !had || !same(old, schema) {
			n.report(at+"/patternProperties/"+valueschema.Escape(pattern), "is added, or another one")
		}
	}
	for pattern := range was.patterns {
		if _, stays := is.patterns[pattern]; !stays && !same(is.rest, object{}) {
			n.report(at+"/additionalProperties", "judges members that a pattern of patternProperties let pass")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(is.named)) {
		n.compare(at+"/properties/"+valueschema.Escape(name), was.of(name), is.named[name])
	}
	for _, name := range slices.Sorted(maps.Keys(was.named)) {
		if is.named[name] == nil && !is.matches(name) {
			n.compare(at+"/additionalProperties", was.named[name], is.rest)
		}
	}
	n.compare(at+"/additionalProperties", was.rest, is.rest)
}

// memberRules are what a schema says of members: by name, by pattern, and of the rest.
type memberRules struct {
	named, patterns object
	rest            any
}

func membersOf(schema object) memberRules {
	named, _ := schema["properties"].(object)
	patterns, _ := schema["patternProperties"].(object)
	return memberRules{named, patterns, orAny(schema["additionalProperties"])}
}

func (m memberRules) matches(name string) bool {
	for pattern := range m.patterns {
		if p, err := regexp.Compile(pattern); err == nil && p.MatchString(name) {
			return true
		}
	}
	return false
}

// of is what is certain of a member; a pattern's schema is left out.
func (m memberRules) of(name string) any {
	switch schema, ok := m.named[name]; {
	case ok:
		return schema
	case m.matches(name):
		return object{}
	}
	return m.rest
}

// elements compares what two schemas say of the elements of a list.
func (n narrowing) elements(at string, before, after object) {
	if !slices.Contains(typesOf(before), "array") {
		return
	}
	was, is := items(before["prefixItems"]), items(after["prefixItems"])
	wasRest, isRest := orAny(before["items"]), orAny(after["items"])
	for i := range max(len(was), len(is)) {
		element, here := isRest, at+"/items"
		if i < len(is) {
			element, here = is[i], at+"/prefixItems/"+strconv.Itoa(i)
		}
		old := wasRest
		if i < len(was) {
			old = was[i]
		}
		n.compare(here, old, element)
	}
	n.compare(at+"/items", wasRest, isRest)
}
