package main

import (
	"fmt"
	"strings"
)

const draft4 = "http://json-schema.org/draft-04/schema#"

type object = map[string]any

// A converter rewrites schemas of draft 2020-12 in draft 4. It knows the keywords that
// the schemas of package events use, and refuses all others. A draft 4 validator would
// ignore an unknown keyword, so the schema would accept too much.
type converter struct {
	definitions object // by name, of draft 2020-12 or already converted
}

func definitionsOf(schema object) (object, error) {
	definitions := object{}
	for name, definition := range orEmpty(schema["$defs"]) {
		if _, ok := definition.(object); !ok {
			return nil, fmt.Errorf("$defs.%s is no object", name)
		}
		definitions[name] = definition
	}
	return definitions, nil
}

func orEmpty(v any) object {
	o, _ := v.(object)
	return o
}

func (c *converter) schema(from object) (object, error) {
	if ref, ok := from["$ref"]; ok {
		return c.reference(from, ref)
	}
	to := object{}
	for keyword, value := range from {
		if err := c.keyword(to, keyword, value); err != nil {
			return nil, fmt.Errorf("%s: %w", keyword, err)
		}
	}
	if names, ok := from["propertyNames"]; ok {
		if err := c.names(to, names); err != nil {
			return nil, fmt.Errorf("propertyNames: %w", err)
		}
	}
	return to, nil
}

// keyword adds the conversion of one keyword.
func (c *converter) keyword(to object, keyword string, value any) (err error) {
	switch keyword {
	case "$schema", "$id", "$defs", "examples", "propertyNames": // handled elsewhere, or left out
	case "title", "description", "default", "type", "pattern", "format", "required",
		"minLength", "maxLength", "minimum", "minProperties", "maxProperties", "uniqueItems":
		to[keyword] = value
	case "enum", "maxItems":
		to[keyword] = value
	case "const":
		to["enum"] = []any{value}
	case "properties":
		to[keyword], err = c.each(orEmpty(value))
	case "anyOf":
		to[keyword], err = c.list(value)
	case "not", "items", "additionalProperties":
		to[keyword], err = c.one(keyword, value)
	default:
		err = fmt.Errorf("not known to the converter")
	}
	return err
}

func (c *converter) one(keyword string, value any) (any, error) {
	if _, ok := value.(bool); ok && keyword == "additionalProperties" {
		return value, nil // the only place where draft 4 allows a boolean as a schema
	}
	schema, ok := value.(object)
	if !ok {
		return nil, fmt.Errorf("is no object")
	}
	return c.schema(schema)
}

func (c *converter) each(schemas object) (object, error) {
	to := object{}
	for name, schema := range schemas {
		converted, err := c.one("", schema)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		to[name] = converted
	}
	return to, nil
}

func (c *converter) list(value any) ([]any, error) {
	schemas, _ := value.([]any)
	to := make([]any, len(schemas))
	for i, schema := range schemas {
		converted, err := c.one("", schema)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", i, err)
		}
		to[i] = converted
	}
	return to, nil
}

// reference requires that a $ref is alone, because draft 4 ignores what is beside it.
func (c *converter) reference(from object, ref any) (object, error) {
	for keyword := range from {
		if keyword != "$ref" && keyword != "description" {
			return nil, fmt.Errorf("%s: beside a $ref draft 4 ignores it", keyword)
		}
	}
	name, err := c.referred(ref)
	if err != nil {
		return nil, err
	}
	return object{"$ref": "#/definitions/" + name}, nil
}

func (c *converter) referred(ref any) (string, error) {
	text, _ := ref.(string)
	name, ok := strings.CutPrefix(text, "#/$defs/")
	if _, known := c.definitions[name]; !ok || !known {
		return "", fmt.Errorf("$ref %v leads to no definition", ref)
	}
	return name, nil
}

// names converts propertyNames with a pattern to a pattern for all properties.
func (c *converter) names(to object, names any) error {
	schema, ok := names.(object)
	if ref, refers := schema["$ref"]; refers {
		name, err := c.referred(ref)
		if err != nil {
			return err
		}
		schema = c.definitions[name].(object)
	}
	pattern, hasPattern := schema["pattern"].(string)
	rules := len(schema)
	if schema["type"] == "string" { // true for every name
		rules--
	}
	switch {
	case !ok || !hasPattern || rules != 1:
		return fmt.Errorf("is not one pattern")
	case to["properties"] != nil || to["additionalProperties"] == false:
		return fmt.Errorf("beside other rules for properties")
	}
	value := any(object{})
	if rule, ok := to["additionalProperties"].(object); ok {
		value = rule
	}
	to["patternProperties"], to["additionalProperties"] = object{pattern: value}, false
	return nil
}
