package source

// kind says what the value of a keyword holds.
type kind int

const (
	plain   kind = iota // no schema
	one                 // a schema
	list                // a list of schemas
	byName              // schemas by name
	refused             // the keyword is not read: why says why
)

// keyword describes one keyword of JSON Schema 2020-12.
type keyword struct {
	kind kind
	why  string
}

const (
	outside      = "is not read: a schema refers to itself alone, by a $ref that begins with #/"
	refusesNone  = "refuses nothing in JSON Schema 2020-12: say what is right with a pattern or an enum"
	unknownWord  = "is not a keyword of JSON Schema 2020-12"
	draft2020URL = "https://json-schema.org/draft/2020-12/schema"
)

var keywords = map[string]keyword{
	"$id": {refused, outside}, "$anchor": {refused, outside}, "$vocabulary": {refused, outside},
	"$dynamicRef": {refused, outside}, "$dynamicAnchor": {refused, outside},
	"format": {refused, refusesNone}, "contentEncoding": {refused, refusesNone},
	"contentMediaType": {refused, refusesNone}, "contentSchema": {refused, refusesNone},

	"$schema": {}, "$ref": {}, "$comment": {}, "$defs": {kind: byName},
	"title": {}, "description": {}, "default": {}, "deprecated": {}, "readOnly": {}, "writeOnly": {}, "examples": {},

	"type": {}, "enum": {}, "const": {},
	"multipleOf": {}, "maximum": {}, "exclusiveMaximum": {}, "minimum": {}, "exclusiveMinimum": {},
	"maxLength": {}, "minLength": {}, "pattern": {},
	"maxItems": {}, "minItems": {}, "uniqueItems": {}, "maxContains": {}, "minContains": {},
	"maxProperties": {}, "minProperties": {}, "required": {}, "dependentRequired": {},

	"allOf": {kind: list}, "anyOf": {kind: list}, "oneOf": {kind: list}, "prefixItems": {kind: list},
	"not": {kind: one}, "if": {kind: one}, "then": {kind: one}, "else": {kind: one},
	"items": {kind: one}, "contains": {kind: one}, "additionalProperties": {kind: one}, "propertyNames": {kind: one},
	"unevaluatedItems": {kind: one}, "unevaluatedProperties": {kind: one},
	"properties": {kind: byName}, "patternProperties": {kind: byName}, "dependentSchemas": {kind: byName},
}
