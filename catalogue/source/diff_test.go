package source_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/catalogue/internal/schematest"
	"github.com/bot-preferences/bot-preferences/catalogue/source"
	"github.com/bot-preferences/bot-preferences/events"
)

// base is what the planted changes change.
const base = `version: 1
unknown: warn
preferences:
  language:
    schema: {type: string, pattern: '^[a-z]{2}$', minLength: 1, maxLength: 5}
    default: en
    layers: [tenant, user, conversation]
  tone:
    schema: {enum: [formal, informal]}
    enforce: warn
  volume:
    schema: {type: number, minimum: 0, maximum: 10, multipleOf: 0.5}
    default: 5
    layers: [tenant, user]
  hours:
    schema:
      type: object
      required: [from]
      additionalProperties: {type: string}
      properties: {from: {$ref: '#/$defs/time'}, days: {type: array, maxItems: 7, items: {enum: [mon, tue]}}}
      $defs: {time: {type: string, maxLength: 5}}
  id:
    schema: {anyOf: [{type: string}, {type: integer}]}
  pair:
    schema: {type: array, prefixItems: [{type: string}], items: {type: boolean}}
  'notify.*':
    schema: {type: boolean}
    default: true
  'seen.*':
    schema: {type: integer}
`

func read(t testing.TB, text string) *catalogue.Catalogue {
	t.Helper()
	c, err := source.Read("c.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return c
}

// changedBase is base with other text, and a greater version.
func changedBase(t testing.TB, old, now string) *catalogue.Catalogue {
	t.Helper()
	if strings.Count(base, old) != 1 {
		t.Fatalf("%q stands %d times in base", old, strings.Count(base, old))
	}
	return read(t, strings.Replace(strings.Replace(base, old, now, 1), "version: 1", "version: 2", 1))
}

func breaks(list []source.Break) (texts []string) {
	for _, b := range list {
		texts = append(texts, b.String())
	}
	return texts
}

func TestEachPlantedBreakIsFound(t *testing.T) {
	for _, c := range []struct{ old, now, want string }{
		{"{type: boolean}\n    default: true", "{type: boolean, enum: [true]}\n    default: true", "notify.*: schema/enum: is another one"},
		{"{type: number, minimum", "{type: integer, minimum", "volume: schema/type: no longer accepts number"},
		{"'^[a-z]{2}$'", "'^[a-z]{2,3}$'", "language: schema/pattern: is another one"},
		{"pattern: '^[a-z]{2}$', minLength: 1", "pattern: '^[a-z]{2}$', minLength: 2", "language: schema/minLength: is narrower"},
		{"minLength: 1, maxLength: 5}", "minLength: 1, maxLength: 4}", "language: schema/maxLength: is narrower"},
		{"enum: [formal, informal]", "enum: [formal, plain]", "tone: schema/enum: refuses a value of the old enum"},
		{"enum: [formal, informal]", "const: formal", "tone: schema/enum: refuses a value of the old enum"},
		{"{enum: [formal, informal]}", "{type: boolean}", "tone: schema/type: refuses a value of the old enum"},
		{"minimum: 0,", "minimum: 0.1,", "volume: schema/minimum: is narrower"},
		{"minimum: 0,", "exclusiveMinimum: 0,", "volume: schema/exclusiveMinimum: is narrower"},
		{"maximum: 10", "maximum: 9.5", "volume: schema/maximum: is narrower"},
		{"multipleOf: 0.5", "multipleOf: 1", "volume: schema/multipleOf: is narrower"},
		{"{anyOf: [{type: string}, {type: integer}]}", "{anyOf: [{type: string}]}", "id: schema/anyOf: has lost an alternative, or changed one"},
		{"{anyOf: [{type: string}, {type: integer}]}", "{not: {type: 'null'}}", "id: schema/not: is another one"},
		{"{anyOf: [{type: string}, {type: integer}]}", "false", "id: schema: refuses everything"},
		{"required: [from]", "required: [from, to]", "hours: schema/required: needs a member that was optional"},
		{"additionalProperties: {type: string}", "additionalProperties: false", "hours: schema/additionalProperties: refuses everything"},
		{"properties: {from:", "properties: {to: {type: integer}, from:", "hours: schema/properties/to/type: no longer accepts string"},
		{"maxItems: 7", "maxItems: 5", "hours: schema/properties/days/maxItems: is narrower"},
		{"enum: [mon, tue]", "enum: [mon]", "hours: schema/properties/days/items/enum: refuses a value of the old enum"},
		{"time: {type: string, maxLength: 5}", "time: {type: string, maxLength: 4}", "hours: schema/properties/from/maxLength: is narrower"},
		{"prefixItems: [{type: string}]", "prefixItems: [{type: string}, {type: string}]", "pair: schema/prefixItems/1/type: no longer accepts boolean"},
		{"items: {type: boolean}}", "items: {type: boolean}, uniqueItems: true}", "pair: schema/uniqueItems: is another one"},
		{"    default: en\n", "", "language: default: is removed"},
		{"    enforce: warn\n", "", "tone: enforce: refuses what was warned about"},
		{"[tenant, user, conversation]", "[tenant, user]", "language: layers: conversation is removed"},
		{"    layers: [tenant, user]\n", "    layers: [tenant, user]\n    locked: true\n", "volume: locked: a tenant's value now hides those of its users"},
		{"unknown: warn", "unknown: refuse", "unknown: refuses keys that were accepted"},
		{"  id:\n", "  id2: {schema: {type: string}, layers: [tenant, user, conversation]}\n  id:\n", "id2: is new, and its keys were unknown: schema/type: no longer accepts null"},
		{"  id:\n", "  notify.sms: {schema: {type: string}, default: x}\n  id:\n", "notify.sms: schema/type: no longer accepts boolean"},
		{"  id:\n", "  'notify.sms.*': {schema: {type: boolean}}\n  id:\n", "notify.sms.*: default: is removed"},
		{"  'notify.*':\n    schema: {type: boolean}\n    default: true\n", "", "notify.*: default: is removed"},
		{"  'seen.*':\n    schema: {type: integer}\n", "  'seen.*':\n    set: true\n", "seen.*: set: is added"},
	} {
		if got := breaks(source.Diff(read(t, base), changedBase(t, c.old, c.now))); !slices.Contains(got, c.want) {
			t.Errorf("%q -> %q: %q, want %q", c.old, c.now, got, c.want)
		}
	}
}

func TestHarmlessChangesAreNone(t *testing.T) {
	for _, c := range []struct{ old, now string }{
		{"maxLength: 5}\n", "maxLength: 6}\n"},
		{"pattern: '^[a-z]{2}$', minLength: 1", "pattern: '^[a-z]{2}$', minLength: 0"},
		{"pattern: '^[a-z]{2}$', ", ""},
		{"    default: en\n", "    default: fr\n    title: Language\n    owner: core\n"},
		{"enum: [formal, informal]", "enum: [informal, warm, formal]"},
		{"{enum: [formal, informal]}", "{type: string, maxLength: 20}"},
		{"minimum: 0, maximum: 10, multipleOf: 0.5", "minimum: -1, maximum: 20, multipleOf: 0.25"},
		{"minimum: 0, maximum: 10", "exclusiveMinimum: -0.5, exclusiveMaximum: 10.5"},
		{"{anyOf: [{type: string}, {type: integer}]}", "{anyOf: [{type: integer, title: A number}, {type: 'null'}, {type: string}]}"},
		{"required: [from]", "required: []"},
		{"additionalProperties: {type: string}", "additionalProperties: {type: [string, 'null']}"},
		{"properties: {from:", "properties: {to: {type: string}, from:"},
		{"from: {$ref: '#/$defs/time'}", "from: {type: string, maxLength: 5, description: The same in another way}"},
		{"prefixItems: [{type: string}], ", "prefixItems: [{}], "},
		{"[tenant, user, conversation]", "[conversation, user, tenant]\n    end_user: read\n    sensitive: true"},
		{"unknown: warn", "unknown: accept"},
		{"    default: 5\n", "    default: 5\n    enforce: warn\n"},
		{"  'seen.*':\n    schema: {type: integer}\n", ""},
		{"  id:\n", "  id2: {layers: [tenant, user, conversation], default: 1}\n  id:\n"},
		{"  id:\n", "  'notify.sms.*': {schema: {type: [boolean, string]}, default: false}\n  id:\n"},
		{"    schema: {type: integer}\n", "    schema: {type: number}\n"},
	} {
		if got := breaks(source.Diff(read(t, base), changedBase(t, c.old, c.now))); got != nil {
			t.Errorf("%q -> %q: %q", c.old, c.now, got)
		}
	}
}

func TestTheVersionGrows(t *testing.T) {
	old := read(t, base)
	if got := source.Diff(old, old); got != nil {
		t.Errorf("%q", breaks(got))
	}
	for _, now := range []string{strings.Replace(base, "default: en", "default: fr", 1), strings.Replace(base, "unknown: warn", "unknown: accept", 1), strings.Replace(base, "layers: [tenant, user]\n", "layers: [user, tenant]\n", 1)} {
		if got := breaks(source.Diff(old, read(t, now))); !slices.Equal(got, []string{"version: must be above 1"}) {
			t.Errorf("%q", got)
		}
	}
	if got := breaks(source.Diff(read(t, strings.Replace(base, "version: 1", "version: 2", 1)), old)); !slices.Equal(got, []string{"version: must be above 2"}) {
		t.Errorf("%q", got)
	}
}

// Under refuse nothing is stored for a key without an entry.
func TestUnknownKeysThatWereRefused(t *testing.T) {
	old := read(t, strings.Replace(base, "unknown: warn", "unknown: refuse", 1))
	more := strings.Replace(base, "unknown: warn", "unknown: refuse", 1)
	more = strings.Replace(more, "version: 1", "version: 2", 1) + "  fresh: {schema: {type: string}}\n"
	if got := breaks(source.Diff(old, read(t, more))); got != nil {
		t.Errorf("%q", got)
	}
	fewer := strings.Replace(strings.Replace(more, "version: 2", "version: 3", 1), "  fresh: {schema: {type: string}}\n", "", 1)
	if got := breaks(source.Diff(read(t, more), read(t, fewer))); !slices.Equal(got, []string{"fresh: is removed, and unknown keys are refused"}) {
		t.Errorf("%q", got)
	}
}

// Whatever Diff does not name accepts every value that was accepted.
func TestWhatDiffPassesBreaksNothing(t *testing.T) {
	passed := 0
	rapid.Check(t, func(t *rapid.T) {
		before, ok := schematest.Schema(t, 3).(map[string]any)
		if !ok {
			before = map[string]any{}
		}
		schematest.WithDefinitions(t, before)
		text, err := json.Marshal(before)
		if err != nil {
			t.Fatal(err)
		}
		after := mutate(t, text)
		was, is := one(t, 1, text), one(t, 2, after)
		if source.Diff(was, is) != nil {
			return
		}
		passed++
		for range 30 {
			v, err := json.Marshal(schematest.Value(t, 2))
			if err != nil {
				t.Fatal(err)
			}
			value := events.JSON(string(v))
			if was.Validate("a", value) == nil && is.Validate("a", value) != nil {
				t.Fatalf("%s\nbecame\n%s\nwhich refuses %s", text, after, v)
			}
		}
	})
	if passed < 10 {
		t.Errorf("%d pairs passed", passed)
	}
}

// Pairs in which the newer schema refuses a value that the older one accepted, and
// hides it: what one keyword means depends on others.
func TestHiddenBreaksAreFound(t *testing.T) {
	for _, c := range []struct{ before, after, value string }{
		{`{"type":"array","items":true,"unevaluatedItems":false}`, `{"type":"array","unevaluatedItems":false}`, `[1]`},
		{`{"additionalProperties":true,"unevaluatedProperties":false}`, `{"unevaluatedProperties":false}`, `{"b":1}`},
		{`{"patternProperties":{"^a":true},"additionalProperties":false}`, `{"patternProperties":{"^a":true},"properties":{"ab":{"type":"null"}},"additionalProperties":false}`, `{"ab":1}`},
		{`{"patternProperties":{"^a":true},"additionalProperties":false}`, `{"additionalProperties":{"type":"null"}}`, `{"ab":1}`},
		{`{"patternProperties":{"^a":{"type":"string"}}}`, `{"patternProperties":{"^a":{"type":"boolean"}}}`, `{"a":"x"}`},
		{`{"additionalProperties":false,"properties":{"a":true}}`, `{"additionalProperties":false}`, `{"a":1}`},
		{`{"properties":{"a":{"type":"string"}}}`, `{"properties":{"a":{"type":"string"}},"patternProperties":{"^a":{"maxLength":1}}}`, `{"a":"xx"}`},
		{`{"prefixItems":[{"type":"string"}],"items":{"type":"null"}}`, `{"items":{"type":"null"}}`, `["a"]`},
		{`{"prefixItems":[true]}`, `{"prefixItems":[true,{"type":"string"}]}`, `[1,2]`},
		{`{"const":1,"title":"x"}`, `{"const":2}`, `1`},
		{`{"if":{"type":"string"},"then":true}`, `{"if":{"type":"string"},"then":{"maxLength":1}}`, `"xx"`},
		{`{"if":{"type":"string"},"else":{"type":"null"}}`, `{"if":{"type":"number"},"else":{"type":"null"}}`, `"xx"`},
		{`{"contains":{"type":"string"},"minContains":1}`, `{"contains":{"type":"string"},"minContains":2}`, `["a"]`},
		{`{"contains":{"type":"string"},"minContains":0}`, `{"contains":{"type":"string"}}`, `[]`},
		{`{"dependentRequired":{"a":["b"]}}`, `{"dependentRequired":{"a":["b","c"]}}`, `{"a":1,"b":1}`},
		{`{"dependentSchemas":{"a":true}}`, `{"dependentSchemas":{"a":{"maxProperties":1}}}`, `{"a":1,"b":1}`},
		{`{"oneOf":[{"type":"string"}]}`, `{"oneOf":[{"type":"string"},{"maxLength":2}]}`, `"a"`},
		{`{"allOf":[{"type":"string"}]}`, `{"allOf":[{"type":"string"},{"maxLength":1}]}`, `"aa"`},
		{`{"not":{"type":"string"}}`, `{"not":{"type":["string","boolean"]}}`, `true`},
		{`{"propertyNames":{"maxLength":3}}`, `{"propertyNames":{"maxLength":2}}`, `{"abc":1}`},
		{`{"type":"integer"}`, `{"type":"integer","multipleOf":2}`, `1`},
		{`{"exclusiveMinimum":1}`, `{"minimum":1.5}`, `1.2`},
		{`{"maximum":3}`, `{"exclusiveMaximum":3}`, `3`},
		{`true`, `{"type":"string"}`, `1`},
	} {
		was, is := one(t, 1, []byte(c.before)), one(t, 2, []byte(c.after))
		if value := events.JSON(c.value); was.Validate("a", value) != nil || is.Validate("a", value) == nil {
			t.Errorf("%s -> %s: %s is no example", c.before, c.after, c.value)
		}
		if source.Diff(was, is) == nil {
			t.Errorf("%s -> %s: nothing is found", c.before, c.after)
		}
	}
}

// fatal is what tests and property tests share.
type fatal interface{ Fatal(args ...any) }

// mutate changes one keyword at a random place.
func mutate(t *rapid.T, schema []byte) []byte {
	var v map[string]any
	if err := json.Unmarshal(schema, &v); err != nil {
		t.Fatal(err)
	}
	at := v
	for rapid.Bool().Draw(t, "deeper") {
		var below []map[string]any
		collect(at, &below)
		if len(below) == 0 {
			break
		}
		at = rapid.SampledFrom(below).Draw(t, "place")
	}
	keywords := slices.Sorted(func(yield func(string) bool) {
		for name := range at {
			if name != "$defs" && !yield(name) {
				return
			}
		}
	})
	if len(keywords) > 0 && rapid.Bool().Draw(t, "remove") {
		delete(at, rapid.SampledFrom(keywords).Draw(t, "removed"))
	} else {
		part := map[string]any{}
		schematest.Keyword(t, part, 1)
		delete(part, "$ref")
		for name, value := range part {
			at[name] = value
		}
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func collect(v any, found *[]map[string]any) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range []string{"properties", "items", "additionalProperties", "allOf", "anyOf", "not", "x", "$defs", "a", "b", "prefixItems", "if", "then", "contains"} {
			if below, ok := v[name].(map[string]any); ok {
				if name != "properties" && name != "$defs" {
					*found = append(*found, below)
				}
				collect(below, found)
			} else if list, ok := v[name].([]any); ok {
				collect(list, found)
			}
		}
	case []any:
		for _, item := range v {
			if below, ok := item.(map[string]any); ok {
				*found = append(*found, below)
			}
		}
	}
}

func one(t fatal, version int64, schema []byte) *catalogue.Catalogue {
	c, err := catalogue.New(version, catalogue.Accept, []catalogue.Entry{{
		Name: "a", Schema: string(schema), Enforce: catalogue.Refuse, EndUser: catalogue.Write, Layers: []catalogue.Layer{catalogue.User},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
