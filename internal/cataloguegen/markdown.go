package cataloguegen

import (
	"fmt"
	"strings"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/events"
)

// unknownWords say what becomes of a key without an entry.
var unknownWords = map[catalogue.Action]string{
	catalogue.Accept: "Keys that are not in the table are accepted, with any value.",
	catalogue.Warn:   "Keys that are not in the table are accepted, logged and counted.",
	catalogue.Refuse: "Keys that are not in the table are refused.",
}

// Markdown is a page with a table of the catalogue's entries. file is the name of the
// catalogue, and command is how the page was made.
func Markdown(c *catalogue.Catalogue, file, command string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# The preferences\n\n`%s` wrote this page from %s, version %d.\nDo not change it by hand.\n\n%s\n\n", command, file, c.Version(), unknownWords[c.Unknown()])
	b.WriteString("| key | value | default | where it may be set | the person may | owner | meaning |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, e := range c.Entries() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", code(e.Name), values(e), preset(e), layers(e), access(e), cell(e.Owner), meaning(e))
	}
	b.WriteString("\nA key that ends in `*` stands for every longer key that begins with the rest. The longest such key counts,\n" +
		"and an exact one before all. Every key may be forgotten (`null`), in every layer.\n")
	return []byte(b.String())
}

// cell is a text within a table.
func cell(text string) string {
	return strings.NewReplacer("\n", " ", "|", `\|`, "<", "&lt;").Replace(strings.TrimSpace(text))
}

// code is a text that stands as it is, within a table.
func code(text string) string {
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + strings.NewReplacer("\n", " ", "|", `\|`).Replace(text) + fence
}

// values describes what the schema accepts, in words where that is short.
func values(e catalogue.Entry) string {
	text := ""
	switch s := parseSchema(e.Schema); {
	case e.Set:
		return "`true`: an element of a set"
	case s.only("enum"):
		for i, v := range s.enum() {
			if i > 0 {
				text += ", "
			}
			text += code(v)
		}
	case s.kind() != "" && s.within("type", "minLength", "maxLength", "pattern", "minimum", "maximum"):
		text = typeWords[s.kind()]
		for _, limit := range limitWords {
			if v, ok := s.text[limit.keyword]; ok {
				text += ", " + limit.words + code(strings.Trim(string(v), `"`))
			}
		}
	case len(s.text) == 0 || e.Schema == "true":
		text = "anything"
	default:
		text = code(e.Schema)
	}
	if e.Enforce == catalogue.Warn {
		text += "; others only warn"
	}
	return text
}

var typeWords = map[string]string{
	"boolean": "`true` or `false`", "string": "a text", "number": "a number", "integer": "a whole number", "array": "a list", "object": "an object",
}

// limitWords are the limits that need no JSON to be understood.
var limitWords = []struct{ keyword, words string }{
	{"minLength", "characters at least "}, {"maxLength", "characters at most "}, {"pattern", "matching "},
	{"minimum", "at least "}, {"maximum", "at most "},
}

func preset(e catalogue.Entry) string {
	if e.Default == events.Unset {
		return ""
	}
	return code(e.Default.JSON())
}

func layers(e catalogue.Entry) string {
	names := make([]string, len(e.Layers))
	for i, layer := range e.Layers {
		names[i] = string(layer)
	}
	text := strings.Join(names, ", ")
	if e.Locked {
		text += "; a tenant's value is final"
	}
	return text
}

func access(e catalogue.Entry) string {
	switch e.EndUser {
	case catalogue.Read:
		return "see it"
	case catalogue.None:
		return "neither"
	}
	return "see and change it"
}

func meaning(e catalogue.Entry) string {
	var parts []string
	if e.Title != "" {
		parts = append(parts, "**"+cell(e.Title)+".**")
	}
	if e.Description != "" {
		parts = append(parts, cell(e.Description))
	}
	if e.Sensitive {
		parts = append(parts, "Sensitive.")
	}
	return strings.Join(parts, " ")
}
