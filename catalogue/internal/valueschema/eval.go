package valueschema

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Validate judges a value that Decode returned. Where the value is refused, rule is
// the JSON Pointer of the first keyword that refuses it, such as "/pattern" or
// "/properties/from/type". It names parts of the schema, and nothing of the value.
func (s *Schema) Validate(v any) (rule string, ok bool) {
	rule = s.root.eval(v, nil)
	return rule, rule == ""
}

// marks are the members and items that a schema has looked at, for the unevaluated
// keywords. They are nil where nobody asks.
type marks struct {
	names map[string]bool
	items map[int]bool
}

func newMarks() *marks { return &marks{map[string]bool{}, map[int]bool{}} }

func (m *marks) add(other *marks) {
	if m != nil && other != nil {
		maps.Copy(m.names, other.names)
		maps.Copy(m.items, other.items)
	}
}

func (m *marks) name(name string) {
	if m != nil {
		m.names[name] = true
	}
}

func (m *marks) item(i int) {
	if m != nil {
		m.items[i] = true
	}
}

// eval returns the rule that refuses v, or "". It adds to m what it looked at.
func (n *node) eval(v any, m *marks) string {
	if n.never {
		return cmp.Or(n.location, "/false")
	}
	if m == nil && n.tracks {
		m = newMarks()
	}
	if rule := n.evalPlain(v); rule != "" {
		return rule
	}
	seen := m
	if m != nil {
		seen = newMarks() // what a neighbour of this schema looked at does not count here
		defer func() { m.add(seen) }()
	}
	if rule := n.evalInPlace(v, seen); rule != "" {
		return rule
	}
	switch v := v.(type) {
	case []any:
		return n.evalList(v, seen)
	case map[string]any:
		return n.evalObject(v, seen)
	}
	return ""
}

func (n *node) at(keyword string) string { return n.location + "/" + keyword }

// evalPlain judges by the keywords that hold no schema and look at no member.
func (n *node) evalPlain(v any) string {
	switch {
	case n.types != nil && !slices.ContainsFunc(n.types, func(name string) bool { return isType(v, name) }):
		return n.at("type")
	case n.constant != nil && !n.constant[Canonical(v)]:
		return n.at("const")
	case n.enum != nil && !n.enum[Canonical(v)]:
		return n.at("enum")
	}
	switch v := v.(type) {
	case Number:
		return n.evalNumber(v)
	case string:
		return n.evalText(v)
	}
	return ""
}

func isType(v any, name string) bool {
	switch v := v.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case string:
		return name == "string"
	case Number:
		return name == "number" || name == "integer" && v.IsInteger()
	case []any:
		return name == "array"
	case map[string]any:
		return name == "object"
	}
	return false
}

func (n *node) evalNumber(v Number) string {
	for _, b := range n.number {
		c := v.Compare(b.limit)
		right := true
		switch b.keyword {
		case "minimum":
			right = c >= 0
		case "maximum":
			right = c <= 0
		case "exclusiveMinimum":
			right = c > 0
		case "exclusiveMaximum":
			right = c < 0
		case "multipleOf":
			right = v.IsMultipleOf(b.limit)
		}
		if !right {
			return n.at(b.keyword)
		}
	}
	return ""
}

func (n *node) evalText(v string) string {
	if n.minLength >= 0 || n.maxLength >= 0 {
		if rule := n.within(utf8.RuneCountInString(v), n.minLength, n.maxLength, "Length"); rule != "" {
			return rule
		}
	}
	if n.pattern != nil && !n.pattern.MatchString(v) {
		return n.at("pattern")
	}
	return ""
}

// within judges a count by a pair of limits.
func (n *node) within(count, least, most int, keyword string) string {
	switch {
	case least >= 0 && count < least:
		return n.at("min" + keyword)
	case most >= 0 && count > most:
		return n.at("max" + keyword)
	}
	return ""
}

// evalInPlace judges v as a whole by other schemas.
func (n *node) evalInPlace(v any, m *marks) string {
	if n.ref != nil {
		if rule := n.ref.eval(v, m); rule != "" {
			return rule
		}
	}
	for _, sub := range n.allOf {
		if rule := sub.eval(v, m); rule != "" {
			return rule
		}
	}
	if n.anyOf != nil && passing(n.anyOf, v, m) == 0 {
		return n.at("anyOf")
	}
	if n.oneOf != nil && passing(n.oneOf, v, m) != 1 {
		return n.at("oneOf")
	}
	if n.not != nil && n.not.eval(v, nil) == "" {
		return n.at("not")
	}
	return n.evalCondition(v, m)
}

func (n *node) evalCondition(v any, m *marks) string {
	if n.condition == nil {
		return ""
	}
	branch := n.otherwise
	if passing([]*node{n.condition}, v, m) == 1 {
		branch = n.then
	}
	if branch == nil {
		return ""
	}
	return branch.eval(v, m)
}

// passing counts the schemas that accept v. Only those add to m.
func passing(nodes []*node, v any, m *marks) (count int) {
	for _, sub := range nodes {
		own := m
		if m != nil {
			own = newMarks()
		}
		if sub.eval(v, own) == "" {
			count++
			if m != nil {
				m.add(own)
			}
		}
	}
	return count
}

func (n *node) evalList(v []any, m *marks) string {
	if rule := n.within(len(v), n.minItems, n.maxItems, "Items"); rule != "" {
		return rule
	}
	if n.uniqueItems {
		seen := map[string]bool{}
		for _, item := range v {
			seen[Canonical(item)] = true
		}
		if len(seen) < len(v) {
			return n.at("uniqueItems")
		}
	}
	for i, item := range v {
		sub := n.items
		if i < len(n.prefixItems) {
			sub = n.prefixItems[i]
		}
		if sub == nil {
			continue
		}
		if rule := sub.eval(item, nil); rule != "" {
			return rule
		}
		m.item(i)
	}
	if rule := n.evalContains(v, m); rule != "" {
		return rule
	}
	if n.unevaluatedItems != nil {
		for i, item := range v {
			if m.items[i] {
				continue
			}
			if rule := n.unevaluatedItems.eval(item, nil); rule != "" {
				return n.at("unevaluatedItems")
			}
			m.item(i)
		}
	}
	return ""
}

func (n *node) evalContains(v []any, m *marks) string {
	if n.contains == nil {
		return ""
	}
	count := 0
	for i, item := range v {
		if n.contains.eval(item, nil) == "" {
			count++
			m.item(i)
		}
	}
	if n.minContains < 0 && count == 0 {
		return n.at("contains")
	}
	return n.within(count, n.minContains, n.maxContains, "Contains")
}

func (n *node) evalObject(v map[string]any, m *marks) string {
	if rule := n.evalNames(v); rule != "" {
		return rule
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if rule := n.evalMember(name, v[name], m); rule != "" {
			return rule
		}
	}
	for _, name := range slices.Sorted(maps.Keys(n.dependentSchemas)) {
		if _, has := v[name]; has {
			if rule := n.dependentSchemas[name].eval(v, m); rule != "" {
				return rule
			}
		}
	}
	if n.unevaluatedProp == nil {
		return ""
	}
	for name, member := range v {
		if m.names[name] {
			continue
		}
		if rule := n.unevaluatedProp.eval(member, nil); rule != "" {
			return n.at("unevaluatedProperties")
		}
		m.name(name)
	}
	return ""
}

// evalNames judges which members there are.
func (n *node) evalNames(v map[string]any) string {
	if rule := n.within(len(v), n.minProperties, n.maxProperties, "Properties"); rule != "" {
		return rule
	}
	has := func(name string) bool { _, ok := v[name]; return ok }
	if i := slices.IndexFunc(n.required, func(name string) bool { return !has(name) }); i >= 0 {
		return n.at("required/" + strconv.Itoa(i))
	}
	for _, name := range slices.Sorted(maps.Keys(n.dependentRequired)) {
		if has(name) && slices.ContainsFunc(n.dependentRequired[name], func(needed string) bool { return !has(needed) }) {
			return n.at("dependentRequired/" + Escape(name))
		}
	}
	if n.names != nil {
		for name := range v {
			if n.names.eval(name, nil) != "" {
				return n.at("propertyNames")
			}
		}
	}
	return ""
}

func (n *node) evalMember(name string, member any, m *marks) string {
	known := false
	if sub := n.properties[name]; sub != nil {
		known = true
		if rule := sub.eval(member, nil); rule != "" {
			return rule
		}
	}
	for _, p := range n.patternProperties {
		if p.pattern.MatchString(name) {
			known = true
			if rule := p.schema.eval(member, nil); rule != "" {
				return rule
			}
		}
	}
	if !known && n.additionalProperties != nil {
		known = true
		if rule := n.additionalProperties.eval(member, nil); rule != "" {
			return rule
		}
	}
	if known {
		m.name(name)
	}
	return ""
}
