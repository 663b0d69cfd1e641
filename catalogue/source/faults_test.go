package source_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/catalogue/source"
)

// faults reads a catalogue that must have some, and returns them as text.
func faults(t testing.TB, text string) []string {
	t.Helper()
	_, err := source.Read("c.yaml", []byte(text))
	var list source.Faults
	if !errors.As(err, &list) || len(list) == 0 {
		t.Fatalf("%v\n%.200s", err, text)
	}
	return strings.Split(list.Error(), "\n")
}

// file is a catalogue whose entries stand from line 3 on.
func file(entries ...string) string {
	return "version: 1\npreferences:\n" + strings.Join(entries, "\n") + "\n"
}

const (
	wordRule   = "is not a word of an entry: schema, default, title, description, owner, enforce, sensitive, end_user, layers, locked, set"
	keyRule    = "a key must match [A-Za-z0-9][A-Za-z0-9_.:-]{0,63}, or be a prefix with * after it"
	prefixRule = "a prefix must match [A-Za-z0-9][A-Za-z0-9_.:-]{0,62} before its *"
)

func TestEachFaultIsNamed(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "1: is empty"},
		{"a comment", "# nothing\n", "1: is empty"},
		{"no mapping", "- 1\n", "1: must be a mapping with version, unknown and preferences"},
		{"null", "~\n", "1: must be a mapping with version, unknown and preferences"},
		{"no YAML", "version: 1\npreferences: {\n", "2: is not YAML: did not find expected node content"},
		{"a tab", "version: 1\npreferences:\n\ta: 1\n", "3: is not YAML: found character that cannot start any token"},
		{"a control character", "version: \x01\n", "1: is not YAML: control characters are not allowed"},
		{"not UTF-8", "version: 1\npreferences:\n  a: {title: \xff}\n", "3: is not valid UTF-8"},
		{"UTF-16", "v\x00e\x00", "1: is not YAML: control characters are not allowed"},
		{"two documents", "version: 1\npreferences: {}\n---\nversion: 2\n", "3: is a second document: a catalogue is one"},
		{"an unknown word", "version: 1\npreferences: {}\nlayer: x\n", "3: layer: is not a word of a catalogue: version, unknown, preferences"},
		{"no version", "preferences: {}\n", "1: version: is required"},
		{"no preferences", "version: 1\n", "1: preferences: is required"},
		{"version 0", "version: 0\npreferences: {}\n", "1: version: must be a positive integer, at most 9007199254740991"},
		{"version -1", "version: -1\npreferences: {}\n", "1: version: must be a positive integer, at most 9007199254740991"},
		{"version 1.0", "version: 1.0\npreferences: {}\n", "1: version: must be a positive integer, at most 9007199254740991"},
		{"version as text", "version: '1'\npreferences: {}\n", "1: version: must be a positive integer, at most 9007199254740991"},
		{"version too large", "version: 9007199254740992\npreferences: {}\n", "1: version: must be a positive integer, at most 9007199254740991"},
		{"unknown", "version: 1\nunknown: maybe\npreferences: {}\n", "2: unknown: must be accept, warn or refuse"},
		{"preferences as a list", "version: 1\npreferences: []\n", "2: preferences: must be a mapping"},
		{"an entry as text", file("  a: x"), "3: preferences.a: must be a mapping"},
		{"a key twice", file("  a: {}", "  b: {}", "  a: {}"), "5: has the name a twice: it is in line 3 too"},
		{"a prefix twice", file("  'a*': {}", `  "a*": {}`), "4: has the name a* twice: it is in line 3 too"},
		{"a word twice", file("  a: {title: x, title: y}"), "3: has the name title twice: it is in line 3 too"},
		{"an anchor", file("  a: &x {title: x}"), "3: has an anchor: anchors and aliases are not read"},
		{"a tag", file("  a: {title: !!binary eA==}"), "3: has the tag !!binary, which is not read"},
		{"another tag", file("  a: {title: !Sub x}"), "3: has the tag !Sub, which is not read"},
		{"a mapping as a name", file("  ? {a: b}\n  : {}"), "3: has a name that is not a text"},
		{"a merge", file("  a: {<<: {title: x}}"), "3: has a merge key (<<), which is not read"},
		{"a bad key", file("  'my tone': {}"), "3: preferences.my tone: " + keyRule},
		{"a long key", file("  " + strings.Repeat("k", 65) + ": {}"), "3: preferences." + strings.Repeat("k", 65) + ": " + keyRule},
		{"a key of other letters", file("  größe: {}"), `3: preferences."gr\u00f6\u00dfe": ` + keyRule},
		{"an empty key", file("  '': {}"), `3: preferences."": ` + keyRule},
		{"a star within", file("  'a*b': {}"), "3: preferences.a*b: " + keyRule},
		{"a bad prefix", file("  '.a*': {}"), "3: preferences..a*: " + prefixRule},
		{"a long prefix", file("  '" + strings.Repeat("k", 64) + "*': {}"), "3: preferences." + strings.Repeat("k", 64) + "*: " + prefixRule},
		{"the empty prefix", file("  '*': {}"), "3: preferences.*: matches every key: say with unknown what becomes of those"},
		{"an unknown word of an entry", file("  a: {preset: 1}"), "3: preferences.a.preset: " + wordRule},
		{"enforce", file("  a: {enforce: accept}"), "3: preferences.a.enforce: must be refuse or warn"},
		{"end_user", file("  a: {end_user: yes}"), "3: preferences.a.end_user: must be write, read or none"},
		{"sensitive", file("  a: {sensitive: 'true'}"), "3: preferences.a.sensitive: must be true or false"},
		{"layers as text", file("  a: {layers: user}"), "3: preferences.a.layers: must be a list of tenant, user and conversation, not an empty one"},
		{"no layers", file("  a: {layers: []}"), "3: preferences.a.layers: must be a list of tenant, user and conversation, not an empty one"},
		{"another layer", file("  a: {layers: [user, team]}"), "3: preferences.a.layers: must be tenant, user or conversation"},
		{"a layer twice", file("  a: {layers: [user, user]}"), "3: preferences.a.layers: names a layer twice"},
		{"locked without tenant", file("  a:", "    layers: [user]", "    locked: true"), "5: preferences.a.locked: needs tenant among the layers"},
		{"title", file("  a: {title: 1}"), "3: preferences.a.title: must be a text"},
		{"an empty owner", file("  a: {owner: ''}"), "3: preferences.a.owner: must be a text"},
		{"set beside schema", file("  'a*':", "    set: true", "    schema: {}"), "5: preferences.a*.schema: cannot stand beside set: true"},
		{"set beside default", file("  'a*':", "    set: true", "    default: true"), "5: preferences.a*.default: cannot stand beside set: true"},
		{"set of one key", file("  a: {set: true}"), "3: preferences.a.set: is for a prefix: each element is a key"},
		{"default null", file("  a: {default: null}"), "3: preferences.a.default: must not be null: leave it out"},
		{"default breaks the schema", file("  a:", "    schema: {type: object, properties: {b: {type: string}}}", "    default: {b: 1}"), "5: preferences.a.default: breaks the schema: /properties/b/type"},
		{"default too large", file("  a: {default: " + strings.Repeat("x", 17000) + "}"), "3: preferences.a.default: is 17002 bytes of JSON text, at most 16384 are allowed"},
		{"a number of YAML", file("  a: {default: 0x10}"), "3: preferences.a.default: has a number that is not written as in JSON"},
		{"another number of YAML", file("  a: {schema: {minimum: .inf}}"), "3: preferences.a.schema: has a number that is not written as in JSON"},
		{"a number that is not finite", file("  a: {schema: {minimum: 1e400}}"), "3: preferences.a.schema: has a number that is not finite as an IEEE 754 double"},
		{"a number with a huge fraction", file("  a: {schema: {multipleOf: 1e-99999999}}"), "3: preferences.a.schema: has a number that is 0 as an IEEE 754 double, and is not written as 0"},
		{"a long number", file("  a: {default: 0." + strings.Repeat("1", 63) + "}"), "3: preferences.a.default: has a number of 65 characters, at most 64 are allowed"},
	} {
		if got := faults(t, c.text); !slices.Equal(got, []string{"c.yaml:" + c.want}) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestEachFaultOfASchemaIsNamed(t *testing.T) {
	const outside = "is not read: a schema refers to itself alone, by a $ref that begins with #/"
	const refusesNone = "refuses nothing in JSON Schema 2020-12: say what is right with a pattern or an enum"
	const re2 = "is not a regular expression of RE2, which has neither lookaround nor backreferences"
	for _, c := range []struct{ name, schema, want string }{
		{"no schema", `1`, ": is not as JSON Schema 2020-12 has it: got number, want boolean or object"},
		{"type", `{type: text}`, "/type: is not as JSON Schema 2020-12 has it: got string, want array"},
		{"a limit as text", `{properties: {b: {minLength: '1'}}}`, "/properties/b/minLength: is not as JSON Schema 2020-12 has it: got string, want integer"},
		{"a negative limit", `{maxItems: -1}`, "/maxItems: is not as JSON Schema 2020-12 has it: minimum: got -1, want 0"},
		{"required", `{required: b}`, "/required: is not as JSON Schema 2020-12 has it: got string, want array"},
		{"another draft", `{$schema: 'http://json-schema.org/draft-07/schema#'}`, "/$schema: must be https://json-schema.org/draft/2020-12/schema"},
		{"a keyword of an older draft", `{definitions: {}}`, "/definitions: is not a keyword of JSON Schema 2020-12"},
		{"a misspelt keyword", `{items: {maxlength: 3}}`, "/items/maxlength: is not a keyword of JSON Schema 2020-12"},
		{"format", `{format: email}`, "/format: " + refusesNone},
		{"$id", `{$id: 'https://example.com/a'}`, "/$id: " + outside},
		{"$anchor", `{$anchor: a}`, "/$anchor: " + outside},
		{"$dynamicRef", `{$dynamicRef: '#a'}`, "/$dynamicRef: " + outside},
		{"a remote $ref", `{$ref: 'https://example.com/schema.json'}`, "/$ref: must begin with #/: nothing is fetched, and no anchor is read"},
		{"a file as $ref", `{$ref: 'other.json#/a'}`, "/$ref: must begin with #/: nothing is fetched, and no anchor is read"},
		{"a $ref to nothing", `{$ref: '#/$defs/b'}`, "/$ref: leads to no schema"},
		{"a $ref to what is no schema", `{allOf: [{$ref: '#/enum/0'}], enum: [{type: string}]}`, "/allOf/0/$ref: leads to no schema"},
		{"a $ref to itself", `{$ref: '#'}`, ": is in a circle of $ref"},
		{"a circle", `{$ref: '#/$defs/b', $defs: {b: {not: {$ref: '#/$defs/c'}}, c: {items: {$ref: '#/$defs/b'}}}}`, "/$defs/b: is in a circle of $ref"},
		{"a tree", `{properties: {child: {$ref: '#'}}}`, ": is in a circle of $ref"},
		{"lookahead", `{pattern: '^(?=a)'}`, "/pattern: " + re2},
		{"backreference", `{patternProperties: {'(a)\1': true}}`, `"/patternProperties/(a)\\1": ` + re2},
		{"too large a pattern", `{pattern: '([a-z]{100}){10}[a-z]{1000}[a-z]{1000}[a-z]{1000}[a-z]{1000}[a-z]{1000}'}`, "/pattern: is too large a regular expression"},
		{"nested repetition", `{pattern: '(a{1000}){1000}'}`, "/pattern: " + re2},
	} {
		got := faults(t, file("  a:", "    schema:", "      "+c.schema))
		if want := "c.yaml:5: preferences.a.schema" + c.want; !slices.Equal(got, []string{want}) {
			t.Errorf("%s:\n%q, want\n%q", c.name, got, want)
		}
	}
}

func TestFaultsOfASchemaHaveTheirLine(t *testing.T) {
	got := faults(t, file("  a:", "    schema:", "      type: object", "      properties:", "        b:", "          type: string", "          maxlength: 3", "        c: {type: wrong}"))
	want := []string{
		"c.yaml:9: preferences.a.schema/properties/b/maxlength: is not a keyword of JSON Schema 2020-12",
		"c.yaml:10: preferences.a.schema/properties/c/type: is not as JSON Schema 2020-12 has it: got string, want array",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestAllFaultsAreInOneMessage(t *testing.T) {
	got := faults(t, "version: 0\nunknown: no\npreferences:\n  a b: {}\n  c: {default: 1, schema: {type: string}}\n  'd*': {set: true, schema: {}}\n  e: {layer: []}\n  f: {schema: {$ref: 'http://x'}}\nmore: 1\n")
	var starts []string
	for _, line := range got {
		at, _, _ := strings.Cut(strings.TrimPrefix(line, "c.yaml:"), ": ")
		starts = append(starts, at)
	}
	if want := []string{"1", "2", "4", "5", "6", "7", "8", "9"}; !slices.Equal(starts, want) {
		t.Errorf("%q", got)
	}
}

// What grows without bound when it is read must not be.
func TestHostileFilesAreAnsweredQuickly(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("version: 1\na: &a [x,x,x,x,x,x,x,x,x]\n")
	for c := 'b'; c < 'z'; c++ {
		fmt.Fprintf(&bomb, "%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	laughs := []string{"  a:", "    schema:", "      $ref: '#/$defs/s0'", "      $defs:", "        s30: {type: string}"}
	for i := range 30 {
		laughs = append(laughs, fmt.Sprintf("        s%d: {allOf: [{$ref: '#/$defs/s%d'}, {$ref: '#/$defs/s%d'}]}", i, i+1, i+1))
	}
	entries := func(n int, schema string) []string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf("  k%d: {schema: %s}", i, schema))
		}
		return list
	}
	for name, c := range map[string]struct{ text, want string }{
		"5,000 entries":   {file(entries(5000, "{type: string}")...), "2: preferences: has 5000 entries, at most 1000 are allowed"},
		"an alias bomb":   {bomb.String(), "2: has an anchor: anchors and aliases are not read"},
		"a bomb of $refs": {file(laughs...), "5: preferences.a.schema: has more than 10000 parts, with every $ref replaced by what it names"},
		"too deep":        {file("  a: {default: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "}"), "3: nests deeper than 64 levels"},
		"deeper":          {file("  a: {default: " + strings.Repeat("[", 100_000)), "3: is not YAML: exceeded max depth of 10000"},
		"too large":       {file("  a: {title: " + strings.Repeat("x", source.MaxFileBytes) + "}"), "1: is 262183 bytes long, at most 262144 are allowed"},
	} {
		if got := faults(t, c.text); got[0] != "c.yaml:"+c.want {
			t.Errorf("%s: %.200q, want %q", name, got, c.want)
		}
	}
	if _, err := source.Read("c.yaml", []byte(file(entries(source.MaxEntries, "{type: string, pattern: '^a{1,40}$'}")...))); err != nil {
		t.Errorf("%d entries: %.200s", source.MaxEntries, err)
	}
}

func TestOpenNamesTheFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if _, err := source.Open(write("mine.yaml", []byte("version: 0\npreferences: {}\n"))); err == nil || err.Error() != "mine.yaml:1: version: must be a positive integer, at most 9007199254740991" {
		t.Error(err)
	}
	if _, err := source.Open(write("large.yaml", make([]byte, source.MaxFileBytes+1))); err == nil || err.Error() != "large.yaml:1: is 262145 bytes long, at most 262144 are allowed" {
		t.Error(err)
	}
	if _, err := source.Open(filepath.Join(dir, "none.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	text, err := os.ReadFile("../../catalogue.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(file("  a: {schema: {$ref: '#/$defs/b', $defs: {b: {enum: [1.0]}}}, default: 1}", "  'b*': {set: true}")))
	f.Add([]byte(file("  ? [a]", "  : {<<: *x, default: 0x1, layers: [user, [tenant]]}")))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("version: 1\n---\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := source.Read("f", text)
		var list source.Faults
		switch {
		case err == nil:
			if _, err := c.JSON(); err != nil {
				t.Errorf("accepted, and cannot be compiled: %v", err)
			}
		case !errors.As(err, &list) || len(list) == 0 || c != nil:
			t.Errorf("%v", err)
		default:
			for _, fault := range list {
				if fault.Line < 1 || fault.Rule == "" || len(fault.String()) > 1000 {
					t.Errorf("%v", fault)
				}
			}
		}
	})
}
