package cataloguegen_test

import (
	"os"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/catalogue/source"
	"github.com/bot-preferences/bot-preferences/internal/cataloguegen"
)

func read(t testing.TB, text string) *catalogue.Catalogue {
	t.Helper()
	c, err := source.Read("c.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func shipped(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := source.Open("../../catalogue.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheReferenceIsUpToDate(t *testing.T) {
	want, err := os.ReadFile("../../docs/catalogue-reference.md")
	if err != nil {
		t.Fatal(err)
	}
	if got := cataloguegen.Markdown(shipped(t), "catalogue.yaml", "botprefs catalogue docs"); string(got) != string(want) {
		t.Errorf("docs/catalogue-reference.md is old: go run ./cmd/botprefs catalogue docs > docs/catalogue-reference.md\n%s", got)
	}
}

// Whatever a catalogue says, its table stays a table.
func TestMarkdownIsEscaped(t *testing.T) {
	page := string(cataloguegen.Markdown(read(t, `version: 7
unknown: refuse
preferences:
  a:
    schema: {pattern: "a|`+"`"+`b"}
    default: "a|y"
    title: "A | B"
    description: "two\nlines <b>"
    owner: "me|you"
    end_user: none
  b: {schema: true, end_user: read, layers: [tenant], locked: true}
  c: {schema: {type: [string, integer]}}
  d: {schema: {type: integer, minimum: 1, maximum: 1e2}}
  'e*': {set: true}
`), "c.yaml", "x"))
	for _, want := range []string{
		"| `a` | ``{\"pattern\":\"a\\|`b\"}`` | `\"a\\|y\"` | user | neither | me\\|you | **A \\| B.** two lines &lt;b> |\n",
		"| `b` | anything |  | tenant; a tenant's value is final | see it |  |  |\n",
		"| `c` | `{\"type\":[\"string\",\"integer\"]}` |  | user | see and change it |  |  |\n",
		"| `d` | a whole number, at least `1`, at most `1e2` |  | user |",
		"| `e*` | `true`: an element of a set |  |",
		"Keys that are not in the table are refused.", "version 7",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
}
