package cataloguegen_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/internal/cataloguegen"
)

type generator func(c *catalogue.Catalogue, file string) ([]byte, error)

func golang(c *catalogue.Catalogue, file string) ([]byte, error) {
	return cataloguegen.Go(c, file, "prefs")
}

// Each of these is compiled and used by tests of its language.
func TestTheGeneratedCodeIsUpToDate(t *testing.T) {
	for path, generate := range map[string]generator{
		"examples/internal/prefs/prefs.go": golang, "examples/typescript/prefs.ts": cataloguegen.TypeScript, "examples/python/prefs.py": cataloguegen.Python,
	} {
		got, err := generate(shipped(t), "catalogue.yaml")
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile("../../" + path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s is old: go run ./cmd/botprefs catalogue go, ts or python --out %s", path, path)
		}
	}
}

// Names and texts that would break the code.
func TestHostileNamesAndTexts(t *testing.T) {
	c := read(t, `version: 1
preferences:
  class: {description: "ends */ a comment \"\"\" and 'quotes' \\", schema: {enum: ["a\"b", "c\\d"]}}
  quietHours: {schema: {type: integer}, title: "two\nlines"}
  'x.*': {}
  return: {schema: {type: [string, 'null']}}
`)
	for want, generate := range map[string]generator{"func Class(": golang, "export const classPreference =": cataloguegen.TypeScript, "def class_(": cataloguegen.Python} {
		text, err := generate(c, "c.yaml")
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%v\n%s", err, text)
		}
		lines := slices.DeleteFunc(strings.Split(string(text), "\n"), func(line string) bool { return strings.Contains(line, "format") })
		if text := strings.Join(lines, "\n"); strings.Contains(text, "ends */") || strings.Contains(text, `comment """`) {
			t.Errorf("a description leaves its comment:\n%s", text)
		}
	}
}

func TestNamesThatNoIdentifierCanHave(t *testing.T) {
	for text, want := range map[string]string{
		"  a.b: {}\n  a_b: {}":                   "a_b: gives the identifier",
		"  1st: {}":                              "1st: its name begins with a digit",
		"  a: {}\n  set_a: {}":                   "set_a: gives the identifier",
		"  tone: {schema: {enum: [a-b, a_b]}}":   "",
		"  'a*': {set: true}\n  a: {}":           "a*: gives the identifier",
		"  topic: {}\n  'topic.*': {default: x}": "topic.*: gives the identifier",
		"  lib: {}\n  catalogue: {}\n  JSON: {}": "",
	} {
		c := read(t, "version: 1\npreferences:\n"+text+"\n")
		failed := 0
		for _, generate := range []generator{golang, cataloguegen.TypeScript, cataloguegen.Python} {
			switch _, err := generate(c, "c.yaml"); {
			case err != nil && want != "" && !strings.HasPrefix(err.Error(), want):
				t.Errorf("%s: %v, want %s", text, err, want)
			case err != nil:
				failed++
			}
		}
		if failed == 0 {
			t.Errorf("%s: every language takes it", text)
		}
	}
	if _, err := cataloguegen.Go(read(t, "version: 1\npreferences: {}\n"), "c.yaml", "my prefs"); err == nil {
		t.Error("a package has a blank in its name")
	}
}
