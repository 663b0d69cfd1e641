package cataloguegen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/events"
)

// kind is the type of an accessor.
type kind int

const (
	anything kind = iota // any JSON
	text
	word // one of a few texts
	boolean
	integer
	number
	element // of a set
)

// preference is an entry as the generators see it.
type preference struct {
	catalogue.Entry
	key        string   // the key, or the prefix
	isPrefix   bool     // the accessors take the rest of the key
	parts      []string // of the name, in lower case
	kind       kind
	words      []string
	hasDefault bool
}

// preferences prepares the entries, by name.
func preferences(c *catalogue.Catalogue) (list []preference) {
	for _, e := range c.Entries() {
		p := preference{Entry: e, key: e.Name, hasDefault: e.Default != events.Unset}
		if prefix, ok := e.Prefix(); ok {
			p.key, p.isPrefix = prefix, true
		}
		p.parts = split(p.key)
		s := parseSchema(e.Schema)
		switch p.words = s.words(); {
		case e.Set:
			p.kind = element
		case p.words != nil:
			p.kind = word
		default:
			p.kind = map[string]kind{"string": text, "boolean": boolean, "integer": integer, "number": number}[s.kind()]
		}
		list = append(list, p)
	}
	return list
}

// split cuts a name at everything that an identifier cannot have, and where a capital
// letter follows a small one.
func split(name string) (parts []string) {
	part := ""
	cut := func() {
		if part != "" {
			parts = append(parts, strings.ToLower(part))
		}
		part = ""
	}
	small := false
	for _, c := range name {
		capital := 'A' <= c && c <= 'Z'
		letter := capital || 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		if !letter || capital && small {
			cut()
		}
		if small = letter && !capital; letter {
			part += string(c)
		}
	}
	cut()
	return parts
}

// pascal joins parts as QuietHours.
func pascal(parts []string) string {
	name := ""
	for _, part := range parts {
		if slices.Contains([]string{"id", "url", "html", "json", "api", "sms", "http"}, part) {
			name += strings.ToUpper(part)
			continue
		}
		if part != "" {
			name += strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return name
}

// camel joins parts as quietHours.
func camel(parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	return parts[0] + pascal(parts[1:])
}

func snake(parts []string) string { return strings.Join(parts, "_") }

// names finds identifiers that two entries share, or that stand for nothing.
type names map[string]string

// claim notes identifiers for an entry.
func (n names) claim(entry string, identifiers ...string) error {
	for _, id := range identifiers {
		if id == "" || '0' <= id[0] && id[0] <= '9' {
			return fmt.Errorf("%s: its name begins with a digit, and no identifier can: leave this entry out, or rename it", entry)
		}
		if other, taken := n[id]; taken {
			return fmt.Errorf("%s: gives the identifier %s, as %s does", entry, id, other)
		}
		n[id] = entry
	}
	return nil
}

// sentence is what a comment says of a preference, on one line.
func (p preference) sentence() string {
	about := strings.Join(strings.Fields(p.Description), " ")
	if about == "" {
		about = strings.Join(strings.Fields(p.Title), " ")
	}
	if about == "" {
		about = "The preference " + p.Name
	}
	if !strings.HasSuffix(about, ".") {
		about += "."
	}
	return strings.NewReplacer("*/", "* /", `"""`, `"`, `\`, `\\`).Replace(about)
}
