// Package greeting is what the two forms of the greeting skill share, the function and
// the worker: which preferences it keeps, when it greets, and the words.
package greeting

import (
	"strings"
	"unicode"
)

// greetings by language: with a name for %, and without.
var greetings = map[string][2]string{
	"en": {"Hello, %!", "Hello!"},
	"de": {"Hallo, %!", "Hallo!"},
	"fr": {"Bonjour, % !", "Bonjour !"},
	"es": {"¡Hola, %!", "¡Hola!"},
	"it": {"Ciao, %!", "Ciao!"},
	"ja": {"こんにちは、%さん。", "こんにちは。"},
}

// For returns the greeting in a language or, for a variety such as "de-AT", in its main
// language. Languages that it does not know are greeted in English. name may be empty.
func For(language, name string) string {
	language, _, _ = strings.Cut(strings.ToLower(language), "-")
	words, ok := greetings[language]
	if !ok {
		words = greetings["en"]
	}
	if name == "" {
		return words[1]
	}
	return strings.ReplaceAll(words[0], "%", Printable(name))
}

// Printable removes what would move a terminal's cursor.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}
