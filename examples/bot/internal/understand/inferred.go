package understand

import (
	"strings"
	"unicode"

	"github.com/bot-preferences/bot-preferences/events"
)

// leastStopWords is how many different stop words of a language a message must have.
// Fewer are no evidence: "me" is English, French and Spanish.
const leastStopWords = 3

// stopWords are frequent words, by the code of their language. A word may be in several.
var stopWords = []struct {
	code  string
	words map[string]bool
}{
	{"en", wordsOf(`the and is are was am i i'm you your my me we it this that what how could would can do don't not with for after have of to there when`)},
	{"de", wordsOf(`der die das den dem und ist bin sind war ich du sie mir mich wir es ein eine nicht mit für nach wie was wird habe haben auf wieder da zu von geht`)},
	{"fr", wordsOf(`le la les et est suis sont je tu moi me nous ce un une pas avec pour après comment que qui dans du des à de bien`)},
	{"es", wordsOf(`el la los las y es soy son yo tú mí me nosotros esto un una no con para después cómo qué que quién en del de hace hoy muy`)},
}

var forgetting = wordsOf(`forget vergiss vergesst vergessen oublie oubliez oublier olvida olvide olvidar`)

func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		words[word] = true
	}
	return words
}

// Inferred returns the language in which a message is written, as a preference. Nil: it
// cannot tell. It prefers to miss a language rather than to guess. A message needs three
// different stop words of it, and twice as many as of any other language. It does not read
// commands. It infers nothing from a message that asks to forget something.
func Inferred(text string) events.Preferences {
	words := wordsOf(strings.Join(plainWords(text), " "))
	if common(words, forgetting) > 0 {
		return nil
	}
	var code string
	best, second := 0, 0
	for _, language := range stopWords {
		switch n := common(words, language.words); {
		case n > best:
			code, best, second = language.code, n, best
		case n > second:
			second = n
		}
	}
	if best < leastStopWords || best < 2*second {
		return nil
	}
	return events.Preferences{KeyLanguage: events.Text(code)}
}

// plainWords are the words of a text in lower case, without its commands.
func plainWords(text string) (words []string) {
	for line := range strings.Lines(strings.ReplaceAll(text, "’", "'")) {
		if !strings.HasPrefix(strings.TrimSpace(line), "/") {
			words = append(words, strings.FieldsFunc(strings.ToLower(line), partsWords)...)
		}
	}
	return words
}

func partsWords(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\'' }

func common(a, b map[string]bool) (n int) {
	for word := range a {
		if b[word] {
			n++
		}
	}
	return n
}
