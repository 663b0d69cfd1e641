package source

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/catalogue/internal/valueschema"
)

// object is a schema in its plain form. It has no annotations and no keywords that
// accept everything. Every $ref is replaced by what it names, const is written as enum,
// and type as a list. The schema true is the empty object; false is the bool false.
type object = map[string]any

var annotations = []string{"$schema", "$comment", "$defs", "title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples"}

// plainSchema reads a schema. The error is that of a schema which no check has passed.
func plainSchema(text string) (any, error) {
	if _, err := valueschema.Compile([]byte(text)); err != nil {
		return nil, err // a circle would have no end below
	}
	doc, err := valueschema.Decode([]byte(text))
	if err != nil {
		return nil, err
	}
	f := flattener{doc, strings.Contains(text, `"unevaluated`)}
	return f.schema(doc)
}

// flattener makes the parts of one schema plain.
type flattener struct {
	doc     any
	tracked bool // an unevaluated keyword asks which keywords there are
}

func (f flattener) schema(v any) (any, error) {
	schema, ok := v.(object)
	if !ok {
		if v == true {
			return object{}, nil
		}
		return false, nil
	}
	out := object{}
	for _, name := range slices.Sorted(maps.Keys(schema)) {
		if slices.Contains(annotations, name) || name == "$ref" {
			continue
		}
		value, err := f.keyword(name, schema[name])
		if err != nil {
			return nil, err
		}
		switch {
		case name == "const":
			out["allOf"] = append(items(out["allOf"]), any(object{"enum": []any{value}}))
		case name == "allOf":
			out[name] = append(items(out[name]), value.([]any)...)
		case f.tracked || !acceptsAll(name, value):
			out[name] = value
		}
	}
	text, ok := schema["$ref"].(string)
	if !ok {
		return unwrap(out), nil
	}
	pointer, err := url.PathUnescape(strings.TrimPrefix(text, "#"))
	if err != nil {
		return nil, err
	}
	target, err := find(f.doc, pointer)
	if err != nil {
		return nil, err
	}
	named, err := f.schema(target)
	if err != nil {
		return nil, err
	}
	out["allOf"] = append(items(out["allOf"]), named)
	return unwrap(out), nil
}

// unwrap takes the one schema out of an allOf that stands alone.
func unwrap(o object) any {
	if all := items(o["allOf"]); len(o) == 1 && len(all) == 1 {
		return all[0]
	}
	return o
}

func items(v any) []any { list, _ := v.([]any); return list }

func (f flattener) keyword(name string, v any) (any, error) {
	switch word := keywords[name]; word.kind {
	case one:
		return f.schema(v)
	case list:
		out := make([]any, len(items(v)))
		for i, item := range items(v) {
			below, err := f.schema(item)
			if err != nil {
				return nil, err
			}
			out[i] = below
		}
		return out, nil
	case byName:
		out := object{}
		schemas, _ := v.(object)
		for key, schema := range schemas {
			below, err := f.schema(schema)
			if err != nil {
				return nil, err
			}
			out[key] = below
		}
		return out, nil
	}
	if _, single := v.(string); name == "type" && single {
		return []any{v}, nil
	}
	return v, nil
}

// acceptsAll tells whether a keyword refuses nothing.
func acceptsAll(name string, v any) bool {
	switch name {
	case "minLength", "minItems", "minProperties":
		return v == valueschema.ParseNumber("0")
	case "uniqueItems":
		return v == false
	case "required":
		return len(items(v)) == 0
	case "properties", "patternProperties", "dependentSchemas", "dependentRequired", "items", "additionalProperties", "propertyNames":
		o, ok := v.(object)
		return ok && len(o) == 0
	}
	return false
}

func find(doc any, pointer string) (any, error) {
	if pointer == "" {
		return doc, nil
	}
	for part := range strings.SplitSeq(pointer[1:], "/") {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		switch at := doc.(type) {
		case object:
			doc = at[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(at) {
				return nil, errors.New("leads nowhere")
			}
			doc = at[i]
		default:
			return nil, errors.New("leads nowhere")
		}
	}
	return doc, nil
}

// compilePlain makes a plain schema judge values.
func compilePlain(schema any) (*valueschema.Schema, error) {
	return valueschema.Compile(appendJSON(nil, schema))
}

func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case string:
		b, _ = jsontext.AppendQuote(b, v)
		return b
	case valueschema.Number:
		return append(b, v.String()...)
	case []any:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, item)
		}
		return append(b, ']')
	case object:
		b = append(b, '{')
		for i, name := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b = append(b, ',')
			}
			b, _ = jsontext.AppendQuote(b, name)
			b = append(b, ':')
			b = appendJSON(b, v[name])
		}
		return append(b, '}')
	}
	return b
}
