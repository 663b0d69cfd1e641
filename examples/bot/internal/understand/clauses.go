package understand

import (
	"iter"
	"regexp"
	"strings"
	"unicode"
)

// sentence ends at . ! ? and the like, but not within "22.30" or "p.m".
var sentence = regexp.MustCompile(`[^.!?…]+(?:\.[^\s.!?…][^.!?…]*)*[.!?…]*`)

// clauses returns the parts of a line that are read separately: between punctuation and
// emoji, without the words of politeness around them. A question has no clauses.
func clauses(line string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, s := range sentence.FindAllString(line, -1) {
			if strings.Contains(s, "?") {
				continue
			}
			for _, part := range strings.FieldsFunc(s, separates) {
				clause := bare(strings.Join(strings.Fields(part), " "))
				if clause != "" && !yield(clause) {
					return
				}
			}
		}
	}
}

// separates tells whether a character ends a clause: punctuation between clauses, and
// all characters of an emoji. Quotation marks do not, because a quotation is not a wish
// of the user.
func separates(r rune) bool {
	const joinsEmoji, stylesEmoji = '\u200d', '\ufe0f'
	return strings.ContainsRune(",;!¡¿()—–、。！", r) || r == joinsEmoji || r == stylesEmoji ||
		unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r)
}

// Words that may surround a wish without changing it.
var (
	before = regexp.MustCompile(`(?i)^(?:` + strings.Join([]string{
		`hi`, `hey`, `hello`, `ok`, `okay`, `please`, `and`, `but`, `so`, `well`, `actually`, `just`, `from now on`, `you can`,
		`hallo`, `bitte`, `und`, `aber`, `also`, `doch`, `eigentlich`, `ab jetzt`, `dann`,
		`bonjour`, `salut`, `et`, `mais`, `alors`, `en fait`, `finalement`, `désormais`, polite,
		`hola`, `y`, `pero`, `vale`, `en realidad`, `mejor`, `a partir de ahora`,
	}, "|") + `) `)
	after = regexp.MustCompile(`(?i) (?:` + strings.Join([]string{
		`please`, `pls`, `thanks`, `thank you`, `again`, `instead`, `from now on`, `now`,
		`bitte`, `danke`, `wieder`, `lieber`, `ab jetzt`, `jetzt`,
		`merci`, `maintenant`, `plutôt`, `désormais`, polite,
		`gracias`, `ahora`, `mejor`, `otra vez`, `de nuevo`,
	}, "|") + `)$`)
)

const polite = `s'il te pla[iî]t|s'il vous pla[iî]t|stp|svp|por favor|porfa`

// bare removes the words of politeness and the last full stop.
func bare(clause string) string {
	clause = strings.ReplaceAll(clause, "’", "'")
	for {
		shorter := strings.Trim(clause, " .:-")
		shorter = before.ReplaceAllString(shorter, "")
		shorter = after.ReplaceAllString(shorter, "")
		if shorter == clause {
			return clause
		}
		clause = shorter
	}
}
