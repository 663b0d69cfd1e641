package valueschema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/catalogue/internal/schematest"
	"github.com/bot-preferences/bot-preferences/catalogue/internal/valueschema"
)

// fatal is what tests and property tests share.
type fatal interface {
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// library is what another implementation says.
func library(t fatal, schema, value string) bool {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(value))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("mem:schema", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("mem:schema")
	if err != nil {
		t.Fatalf("%s: %v", schema, err)
	}
	return s.Validate(v) == nil
}

func ours(t fatal, schema, value string) (rule string, ok bool) {
	s, err := valueschema.Compile([]byte(schema))
	if err != nil {
		t.Fatalf("%s: %v", schema, err)
	}
	v, err := valueschema.Decode([]byte(value))
	if err != nil {
		t.Fatalf("%s: %v", value, err)
	}
	return s.Validate(v)
}

// A well-kept library and this package say the same of random schemas and values.
func TestTheLibraryAgrees(t *testing.T) {
	accepted, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		schema, ok := schematest.Schema(t, 3).(map[string]any)
		if !ok {
			return
		}
		schematest.WithDefinitions(t, schema)
		text, err := json.Marshal(schema)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			value, err := json.Marshal(schematest.Value(t, 2))
			if err != nil {
				t.Fatal(err)
			}
			want := library(t, string(text), string(value))
			rule, got := ours(t, string(text), string(value))
			if got != want || (rule == "") != got {
				t.Fatalf("%s\nof %s: %t by %q, the library says %t", text, value, got, rule, want)
			}
			if got {
				accepted++
			} else {
				refused++
			}
		}
	})
	if accepted < 50 || refused < 50 {
		t.Errorf("%d were accepted and %d refused", accepted, refused)
	}
}

// What random schemas seldom have: parts whose meaning depends on other parts.
func TestTheLibraryAgreesOnUnevaluated(t *testing.T) {
	for _, c := range []struct{ schema, value string }{
		{`{"allOf":[{"properties":{"a":true}},{"unevaluatedProperties":false}]}`, `{"a":1}`},
		{`{"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false}`, `{"a":1}`},
		{`{"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false}`, `{"a":1,"b":1}`},
		{`{"anyOf":[{"properties":{"a":{"const":1}},"required":["a"]},{"properties":{"b":true}}],"unevaluatedProperties":false}`, `{"a":2,"b":1}`},
		{`{"anyOf":[{"properties":{"a":{"const":1}},"required":["a"]},{"properties":{"b":true}}],"unevaluatedProperties":false}`, `{"a":1,"b":1}`},
		{`{"oneOf":[{"properties":{"a":true},"required":["a"]},{"required":["z"]}],"unevaluatedProperties":{"type":"string"}}`, `{"a":1,"b":"x"}`},
		{`{"not":{"properties":{"a":true},"required":["z"]},"unevaluatedProperties":false}`, `{"a":1}`},
		{`{"if":{"properties":{"a":{"const":1}},"required":["a"]},"then":{"properties":{"b":true}},"else":{"properties":{"c":true}},"unevaluatedProperties":false}`, `{"a":1,"b":1}`},
		{`{"if":{"properties":{"a":{"const":1}},"required":["a"]},"then":{"properties":{"b":true}},"else":{"properties":{"c":true}},"unevaluatedProperties":false}`, `{"a":2,"c":1}`},
		{`{"if":{"patternProperties":{"^a":true}},"unevaluatedProperties":false}`, `{"ab":1}`},
		{`{"dependentSchemas":{"a":{"properties":{"b":true}}},"properties":{"a":true},"unevaluatedProperties":false}`, `{"a":1,"b":1}`},
		{`{"dependentSchemas":{"a":{"properties":{"b":true}}},"unevaluatedProperties":false}`, `{"b":1}`},
		{`{"$ref":"#/$defs/x","$defs":{"x":{"properties":{"a":true}}},"unevaluatedProperties":false}`, `{"a":1}`},
		{`{"allOf":[{"unevaluatedProperties":true}],"unevaluatedProperties":false}`, `{"a":1}`},
		{`{"properties":{"a":{"properties":{"b":true}}},"unevaluatedProperties":false}`, `{"a":{"b":1},"b":1}`},
		{`{"additionalProperties":true,"unevaluatedProperties":false}`, `{"a":1}`},
		{`{"prefixItems":[true],"unevaluatedItems":false}`, `[1,2]`},
		{`{"prefixItems":[true],"items":true,"unevaluatedItems":false}`, `[1,2]`},
		{`{"contains":{"type":"string"},"unevaluatedItems":false}`, `["a",1]`},
		{`{"contains":{"type":"string"},"unevaluatedItems":{"type":"number"}}`, `["a",1]`},
		{`{"allOf":[{"prefixItems":[true]},{"prefixItems":[true,true]}],"unevaluatedItems":false}`, `[1,2]`},
		{`{"allOf":[{"prefixItems":[true,true]},{"unevaluatedItems":false}]}`, `[1,2]`},
		{`{"anyOf":[{"contains":{"const":1}},{"contains":{"const":2}}],"unevaluatedItems":false}`, `[1,2]`},
		{`{"contains":{"const":1},"minContains":0,"unevaluatedItems":false}`, `[]`},
	} {
		want := library(t, c.schema, c.value)
		if rule, got := ours(t, c.schema, c.value); got != want {
			t.Errorf("%s of %s: %t by %q, the library says %t", c.schema, c.value, got, rule, want)
		}
	}
}
