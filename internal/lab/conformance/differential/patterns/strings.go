package patterns

import (
	"strings"
	"unicode"
)

// Few letters, so that random strings match. They include characters that JSON and
// wildcards escape, and letters whose other case has another length or does not exist.
// They also include digits and letters of addresses, and characters of two, three and
// four bytes.
var letters = []rune(`aabbAB01.:*\"/éÉß€ſKıİǅŉﬁ😀`)

var knownWords = []string{
	"", "a", "ab", "abc", "ABC", "aXbXc", "1", "1.0", "true", "null", "10.0.0.1", "10.0.0.255", "::1", "2001:db8::1",
	"straße", "STRASSE", "ELÉGANT", "élégant", "İstanbul", "a*b", `a\b`, `"`, "🂡🂢", "K", "k", "ſs", "SS",
}

func (g *generator) word() string {
	if g.one(3) {
		return pick(g, knownWords)
	}
	var b strings.Builder
	for range g.IntN(5) {
		b.WriteRune(pick(g, letters))
	}
	return b.String()
}

// nearWord changes one thing of a string, or nothing.
func (g *generator) nearWord(s string) string {
	runes := []rune(s)
	if len(runes) == 0 {
		return pick(g, []string{"", "a"})
	}
	at := g.IntN(len(runes))
	switch g.IntN(6) {
	case 0:
		return string(runes[:at]) + string(runes[at+1:])
	case 1:
		return string(runes[:at]) + string(pick(g, letters)) + string(runes[at:])
	case 2:
		return string(runes[:at]) + string(pick(g, letters)) + string(runes[at+1:])
	case 3:
		return g.otherCase(s)
	case 4:
		return s + s
	}
	return s
}

// otherCase changes the case of some characters.
func (g *generator) otherCase(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch g.IntN(3) {
		case 0:
			b.WriteString(strings.ToUpper(string(r)))
		case 1:
			b.WriteRune(unicode.ToLower(r))
		default:
			if r == 'ß' && g.one(2) {
				b.WriteString("SS")
				continue
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// wildcard is the operand of a wildcard test.
func (g *generator) wildcard() string {
	var parts []string
	for range 1 + g.IntN(4) {
		parts = append(parts, strings.NewReplacer(`\`, `\\`, `*`, `\*`).Replace(g.word()))
	}
	if g.one(3) {
		parts = append([]string{""}, parts...)
	}
	w := strings.Join(parts, "*")
	for strings.Contains(w, "**") && !g.one(50) {
		w = strings.ReplaceAll(w, "**", "*")
	}
	return w
}

// fill puts strings in the places of a wildcard's asterisks.
func (g *generator) fill(wildcard string) string {
	var b strings.Builder
	for i := 0; i < len(wildcard); i++ {
		switch c := wildcard[i]; {
		case c == '*':
			b.WriteString(g.word())
		case c == '\\' && i+1 < len(wildcard):
			i++
			b.WriteByte(wildcard[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
