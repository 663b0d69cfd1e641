package valueschema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/catalogue/internal/valueschema"
)

func TestTheRuleNamesTheKeyword(t *testing.T) {
	for _, c := range []struct{ schema, value, rule string }{
		{`{"type":"string"}`, `1`, "/type"},
		{`{"type":["string","null"],"maxLength":2}`, `"abc"`, "/maxLength"},
		{`{"minimum":3}`, `2.999999999999999999999999`, "/minimum"},
		{`{"enum":["a",1.0]}`, `"secret"`, "/enum"},
		{`{"enum":["a",1.0]}`, `10e-1`, ""},
		{`{"properties":{"from":{"pattern":"^[0-9]+$"}}}`, `{"from":"x"}`, "/properties/from/pattern"},
		{`{"additionalProperties":false}`, `{"secret":1}`, "/additionalProperties"},
		{`{"required":["a","b"]}`, `{"a":1}`, "/required/1"},
		{`{"properties":{"a/b~":false}}`, `{"a/b~":1}`, "/properties/a~1b~0"},
		{`{"$ref":"#/$defs/t","$defs":{"t":{"type":"string"}}}`, `1`, "/$defs/t/type"},
		{`{"$ref":"#/$defs/a%25b","$defs":{"a%b":{"type":"string"}}}`, `1`, "/$defs/a%b/type"},
		{`{"anyOf":[{"type":"string"},{"type":"null"}]}`, `1`, "/anyOf"},
		{`{"items":{"enum":["a"]}}`, `["a","secret"]`, "/items/enum"},
		{`{"patternProperties":{"^s":{"type":"null"}}}`, `{"secret":1}`, "/patternProperties/^s/type"},
		{`{"propertyNames":{"maxLength":3}}`, `{"secret":1}`, "/propertyNames"},
		{`{"unevaluatedProperties":false,"properties":{"a":true}}`, `{"a":1,"secret":1}`, "/unevaluatedProperties"},
		{`{"unevaluatedItems":{"type":"null"},"prefixItems":[true]}`, `[1,2]`, "/unevaluatedItems"},
		{`false`, `1`, "/false"},
	} {
		if rule, ok := ours(t, c.schema, c.value); rule != c.rule || ok != (c.rule == "") {
			t.Errorf("%s of %s: %q, %t, want %q", c.schema, c.value, rule, ok, c.rule)
		}
	}
}

func TestNumbersAreExact(t *testing.T) {
	for _, c := range []struct {
		schema, value string
		ok            bool
	}{
		{`{"const":0.1}`, `0.1000000000000000000000000000000000000001`, false},
		{`{"const":100}`, `1E+2`, true},
		{`{"const":0}`, `-0.0e5`, true},
		{`{"type":"integer"}`, `12345678901234567890123456789012345678901234567890.0`, true},
		{`{"type":"integer"}`, `1e-400`, false},
		{`{"maximum":9007199254740992}`, `9007199254740993`, false},
		{`{"multipleOf":0.01}`, `19.99`, true},
		{`{"multipleOf":0.01}`, `19.999`, false},
		{`{"multipleOf":3}`, `1e308`, false},
		{`{"multipleOf":1e-300}`, `1e308`, true},
		{`{"multipleOf":7}`, `-14`, true},
		// Their exact fractions would have a thousand million digits.
		{`{"exclusiveMinimum":0}`, `1e-999999999`, true},
		{`{"exclusiveMaximum":0}`, `-1e-99999999999999999999999999999999`, true},
		{`{"multipleOf":0.5}`, `1e-999999999`, false},
		{`{"maximum":1}`, `1e99999999999999999999999999999999`, false},
		{`{"maximum":1}`, `0.00005e-9223372036854775807`, true},
		{`{"multipleOf":3}`, `1e999999999`, false},
	} {
		if rule, ok := ours(t, c.schema, c.value); ok != c.ok {
			t.Errorf("%s of %s: %q", c.schema, c.value, rule)
		}
	}
}

func TestWhatCompileRefuses(t *testing.T) {
	for schema, want := range map[string]string{
		`1`:                                 ": a schema is an object or a boolean",
		`{`:                                 "is not JSON",
		`{"$ref":"https://example.com/s"}`:  "/$ref: must be # or begin with #/",
		`{"$ref":"#here"}`:                  "/$ref: must be # or begin with #/",
		`{"$ref":"#/$defs/x"}`:              "/$ref: leads nowhere",
		`{"$ref":"#"}`:                      ": the $ref leads in a circle",
		`{"properties":{"a":{"$ref":"#"}}}`: ": the $ref leads in a circle",
		`{"items":{"pattern":"(?=a)"}}`:     "/items/pattern: is not a regular expression of RE2",
		`{"minLength":-1}`:                  "/minLength: is not a count",
		`{"minLength":1.5}`:                 "/minLength: is not a count",
		`{"maxLength":1e10}`:                "/maxLength: is not a count",
		`{"multipleOf":0}`:                  "/multipleOf: is not a number that it can be",
		`{"required":[1]}`:                  "/required: is not a list of strings",
		`{"allOf":{}}`:                      "/allOf: is not a list",
		`{"properties":[]}`:                 "/properties: is not an object",
		`{"dependentRequired":{"a":1}}`:     "/dependentRequired: is not a list",
		`{"$ref":"#/$defs/a","$defs":{"a":{"type":1}}}`:                "/$defs/a/type: is not a list",
		`{"$ref":"#/$defs/a","$defs":{"a":{"anyOf":[{"$ref":"#/"}]}}}`: "/$defs/a/anyOf/0/$ref: leads nowhere",
	} {
		if _, err := valueschema.Compile([]byte(schema)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", schema, err, want)
		}
	}
}

// A value of the largest size is judged without comparing each item with each other.
func TestManyItemsAreUnique(t *testing.T) {
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, "%d,", i)
	}
	list := b.String()
	if rule, ok := ours(t, `{"uniqueItems":true}`, "["+list+"-1]"); !ok {
		t.Error(rule)
	}
	if rule, ok := ours(t, `{"uniqueItems":true}`, "["+list+"1.0]"); ok || rule != "/uniqueItems" {
		t.Error(rule)
	}
}

func TestDecodeRefusesWhatFollows(t *testing.T) {
	for _, text := range []string{"", "1 2", "[1", `{"a":}`, "nul", `{"a":1,"a":2}`} {
		if v, err := valueschema.Decode([]byte(text)); err == nil {
			t.Errorf("%q: %v", text, v)
		}
	}
}

func FuzzCompile(f *testing.F) {
	f.Add([]byte(`{"type":"string","pattern":"^a","minLength":1}`), []byte(`"a"`))
	f.Add([]byte(`{"$ref":"#/$defs/x","$defs":{"x":{"items":{"enum":[1]}}},"unevaluatedItems":false}`), []byte(`[1.0]`))
	f.Add([]byte(`{"if":true,"then":{"multipleOf":0.1},"properties":{"a":{"$ref":"#"}}}`), []byte(`{"a":1e-99999}`))
	f.Fuzz(func(t *testing.T, schema, value []byte) {
		s, err := valueschema.Compile(schema)
		if err != nil {
			return
		}
		if v, err := valueschema.Decode(value); err == nil {
			if rule, ok := s.Validate(v); ok != (rule == "") {
				t.Errorf("%q, %t", rule, ok)
			}
		}
	})
}
