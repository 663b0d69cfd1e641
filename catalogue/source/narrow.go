package source

import (
	"maps"
	"slices"
	"strconv"

	"github.com/bot-preferences/bot-preferences/catalogue/internal/valueschema"
)

// narrowing finds where a plain schema accepts less than another. It may name a place
// that accepts as much; it never leaves one out that accepts less.
type narrowing struct {
	report func(pointer, rule string)
}

func same(a, b any) bool { return valueschema.Canonical(a) == valueschema.Canonical(b) }

// compare reports at the pointer, of the newer schema.
func (n narrowing) compare(at string, was, is any) {
	before, some := was.(object)
	after, ok := is.(object)
	switch {
	case same(was, is) || ok && len(after) == 0 || !some:
		return // equal; or is accepts everything; or was accepts nothing
	case !ok:
		n.report(at, "refuses everything")
		return
	}
	if values, ok := finite(before); ok {
		n.values(at, values, before, after)
		return
	}
	for _, keyword := range slices.Sorted(maps.Keys(after)) {
		n.keyword(at, keyword, before, after)
	}
	n.members(at, before, after)
	n.elements(at, before, after)
}

// finite are the values that a schema can accept, where it lists them.
func finite(schema object) ([]any, bool) {
	if values, ok := schema["enum"].([]any); ok {
		return values, true
	}
	for _, part := range items(schema["allOf"]) {
		if o, ok := part.(object); ok {
			if values, ok := finite(o); ok {
				return values, true
			}
		}
	}
	return nil, false
}

// values tries each value that there can be.
func (n narrowing) values(at string, values []any, before, after object) {
	was, errWas := compilePlain(before)
	is, errIs := compilePlain(after)
	if errWas != nil || errIs != nil {
		n.report(at, "cannot be compared")
		return
	}
	for _, v := range values {
		if _, ok := was.Validate(v); !ok {
			continue
		}
		if rule, ok := is.Validate(v); !ok {
			n.report(at+rule, "refuses a value of the old enum")
			return
		}
	}
}

// looksAt are the types whose values a keyword judges; every type where it is not here.
var looksAt = map[string][]string{
	"minimum": {"number", "integer"}, "maximum": {"number", "integer"}, "exclusiveMinimum": {"number", "integer"}, "exclusiveMaximum": {"number", "integer"},
	"multipleOf": {"number", "integer"}, "minLength": {"string"}, "maxLength": {"string"}, "pattern": {"string"},
	"minItems": {"array"}, "maxItems": {"array"}, "uniqueItems": {"array"}, "contains": {"array"}, "minContains": {"array"}, "maxContains": {"array"},
	"items": {"array"}, "prefixItems": {"array"}, "unevaluatedItems": {"array"},
	"minProperties": {"object"}, "maxProperties": {"object"}, "required": {"object"}, "dependentRequired": {"object"}, "dependentSchemas": {"object"},
	"properties": {"object"}, "patternProperties": {"object"}, "additionalProperties": {"object"}, "propertyNames": {"object"}, "unevaluatedProperties": {"object"},
}

var everyType = []string{"null", "boolean", "string", "number", "array", "object"}

// typesOf are the types that a schema accepts.
func typesOf(schema object) (types []string) {
	list, ok := schema["type"].([]any)
	if !ok {
		return everyType
	}
	for _, v := range list {
		if name, ok := v.(string); ok {
			types = append(types, name)
		}
	}
	return types
}

func (n narrowing) keyword(at, keyword string, before, after object) {
	types := typesOf(before)
	if judged := looksAt[keyword]; judged != nil && !slices.ContainsFunc(types, func(name string) bool { return slices.Contains(judged, name) }) {
		return
	}
	was, is := before[keyword], after[keyword]
	here := at + "/" + keyword
	switch keyword {
	case "items", "prefixItems", "properties", "patternProperties", "additionalProperties": // members and elements compare them
	case "type":
		for _, name := range types {
			if !slices.Contains(typesOf(after), name) && !(name == "integer" && slices.Contains(typesOf(after), "number")) {
				n.report(here, "no longer accepts "+name)
			}
		}
	case "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum":
		if !boundHolds(keyword, before, is.(valueschema.Number)) {
			n.report(here, "is narrower")
		}
	case "minLength", "minItems", "minProperties", "maxLength", "maxItems", "maxProperties":
		old, had := was.(valueschema.Number)
		c := is.(valueschema.Number).Compare(old)
		if !had || keyword[:3] == "min" && c > 0 || keyword[:3] == "max" && c < 0 {
			n.report(here, "is narrower")
		}
	case "multipleOf":
		old, had := was.(valueschema.Number)
		if !had && slices.Equal(types, []string{"integer"}) {
			old, had = valueschema.ParseNumber("1"), true
		}
		if !had || !old.IsMultipleOf(is.(valueschema.Number)) {
			n.report(here, "is narrower")
		}
	case "required":
		for _, name := range items(is) {
			if !slices.Contains(items(was), name) {
				n.report(here, "needs a member that was optional")
			}
		}
	case "allOf":
		for i, part := range items(is) {
			if !slices.ContainsFunc(items(was), func(old any) bool { return same(old, part) }) {
				n.compare(here+"/"+strconv.Itoa(i), before, part)
			}
		}
	case "anyOf":
		for _, part := range items(was) {
			if !slices.ContainsFunc(items(is), func(now any) bool { return same(now, part) }) {
				n.report(here, "has lost an alternative, or changed one")
				return
			}
		}
		if was == nil {
			n.report(here, "is added")
		}
	case "propertyNames":
		n.compare(here, orAny(was), is)
	default:
		n.other(here, keyword, before, after)
	}
}

// groups are keywords that mean something only together.
var groups = [][]string{{"if", "then", "else"}, {"contains", "minContains", "maxContains"}}

// other compares keywords that may only stay as they are.
func (n narrowing) other(here, keyword string, before, after object) {
	if keyword == "unevaluatedItems" || keyword == "unevaluatedProperties" {
		n.report(here, "stands beside a change: what it refuses may have changed") // the schemas are not the same
		return
	}
	group := []string{keyword}
	for _, g := range groups {
		if slices.Contains(g, keyword) {
			group = g
		}
	}
	if !slices.ContainsFunc(group, func(name string) bool { return !same(before[name], after[name]) }) {
		return
	}
	n.report(here, "is another one")
}

// boundHolds tells whether every number that was accepted is within a new limit.
func boundHolds(keyword string, before object, limit valueschema.Number) bool {
	exclusive := keyword == "exclusiveMinimum" || keyword == "exclusiveMaximum"
	inclusiveName, exclusiveName, sign := "minimum", "exclusiveMinimum", 1
	if keyword == "maximum" || keyword == "exclusiveMaximum" {
		inclusiveName, exclusiveName, sign = "maximum", "exclusiveMaximum", -1
	}
	if old, ok := before[exclusiveName].(valueschema.Number); ok && old.Compare(limit)*sign >= 0 {
		return true
	}
	old, ok := before[inclusiveName].(valueschema.Number)
	return ok && (old.Compare(limit)*sign > 0 || !exclusive && old.Compare(limit) == 0)
}

func orAny(schema any) any {
	if schema == nil {
		return object{}
	}
	return schema
}
