// Package schematest draws random schemas of JSON Schema 2020-12 and values for them, for
// property tests. Names and values are few, so that schemas and values often meet.
package schematest

import (
	"encoding/json"

	"pgregory.net/rapid"
)

type object = map[string]any

// Few names and few values, so that schemas and values often meet.
var (
	names   = []string{"a", "b", "ab", "c/d~"}
	scalars = []any{
		nil, true, false, "", "a", "ab", "éa", "abc", json.Number("0"), json.Number("-0.0"), json.Number("1"), json.Number("1.0"), json.Number("10e-1"),
		json.Number("1.5"), json.Number("-2"), json.Number("2.50"), json.Number("1e3"), json.Number("3"), json.Number("0.1"), json.Number("0.3"),
		json.Number("12345678901234567890123"), json.Number("12345678901234567890123.0"), json.Number("12345678901234567890124"),
	}
	patterns = []string{"^a", "b$", "^[a-c]+$", "", "^.{2}$"}
)

// Value draws a JSON value that nests up to depth levels.
func Value(t *rapid.T, depth int) any {
	switch kind := rapid.IntRange(0, 5).Draw(t, "kind"); {
	case kind == 4 && depth > 0:
		list := []any{}
		for range rapid.IntRange(0, 4).Draw(t, "items") {
			list = append(list, Value(t, depth-1))
		}
		return list
	case kind == 5 && depth > 0:
		o := object{}
		for range rapid.IntRange(0, 4).Draw(t, "members") {
			o[rapid.SampledFrom(names).Draw(t, "name")] = Value(t, depth-1)
		}
		return o
	}
	return rapid.SampledFrom(scalars).Draw(t, "scalar")
}

// Schema draws a schema that nests up to depth levels. It may refer to #/$defs/x and #/$defs/y.
func Schema(t *rapid.T, depth int) any {
	if depth == 0 || rapid.IntRange(0, 9).Draw(t, "boolean") == 0 {
		return rapid.IntRange(0, 3).Draw(t, "true") > 0
	}
	s := object{}
	for range rapid.IntRange(0, 4).Draw(t, "keywords") {
		Keyword(t, s, depth-1)
	}
	return s
}

// Keyword draws a keyword into a schema.
func Keyword(t *rapid.T, s object, depth int) {
	sub := func() any { return Schema(t, depth) }
	count := func() any { return rapid.IntRange(0, 3).Draw(t, "count") }
	switch word := rapid.SampledFrom([]string{
		"$ref", "type", "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
		"minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains",
		"items", "prefixItems", "unevaluatedItems", "minProperties", "maxProperties", "required", "dependentRequired",
		"properties", "properties", "patternProperties", "additionalProperties", "propertyNames", "dependentSchemas", "unevaluatedProperties",
		"allOf", "anyOf", "oneOf", "not", "if", "then", "else",
	}).Draw(t, "word"); word {
	case "$ref":
		s[word] = "#/$defs/" + rapid.SampledFrom([]string{"x", "y"}).Draw(t, "target")
	case "type":
		s[word] = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"null", "boolean", "string", "number", "integer", "array", "object"}), 1, 4, rapid.ID[string]).Draw(t, "types")
	case "enum":
		list := []any{}
		for range rapid.IntRange(1, 4).Draw(t, "values") {
			list = append(list, Value(t, 1))
		}
		s[word] = list
	case "const":
		s[word] = Value(t, 1)
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
		s[word] = rapid.SampledFrom(scalars[8:]).Draw(t, "limit")
	case "multipleOf":
		s[word] = rapid.SampledFrom([]json.Number{"1", "0.5", "0.1", "3", "1.0", "1e-3", "7"}).Draw(t, "multiple")
	case "pattern":
		s[word] = rapid.SampledFrom(patterns).Draw(t, "pattern")
	case "uniqueItems":
		s[word] = rapid.Bool().Draw(t, "unique")
	case "required":
		s[word] = rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 2, rapid.ID[string]).Draw(t, "required")
	case "dependentRequired":
		s[word] = object{"a": rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 2, rapid.ID[string]).Draw(t, "needed")}
	case "properties", "dependentSchemas":
		o := object{}
		for range rapid.IntRange(0, 2).Draw(t, "schemas") {
			o[rapid.SampledFrom(names).Draw(t, "name")] = sub()
		}
		s[word] = o
	case "patternProperties":
		s[word] = object{rapid.SampledFrom(patterns).Draw(t, "pattern"): sub()}
	case "allOf", "anyOf", "oneOf", "prefixItems":
		list := []any{sub()}
		for range rapid.IntRange(0, 2).Draw(t, "more") {
			list = append(list, sub())
		}
		s[word] = list
	case "minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains", "minProperties", "maxProperties":
		s[word] = count()
	default:
		s[word] = sub()
	}
}

// WithDefinitions adds the definitions that a Schema may refer to.
func WithDefinitions(t *rapid.T, schema map[string]any) {
	schema["$defs"] = object{"x": noReferences(Schema(t, 2)), "y": noReferences(Schema(t, 1))}
}

func noReferences(v any) any {
	switch v := v.(type) {
	case object:
		delete(v, "$ref")
		for _, below := range v {
			noReferences(below)
		}
	case []any:
		for _, below := range v {
			noReferences(below)
		}
	}
	return v
}
