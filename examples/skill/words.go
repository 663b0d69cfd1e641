package main

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

// greeting greets a user in the right language, of which "de-AT" is a variety,
// and in English where it knows no better.
func greeting(u user) string {
	language, _, _ := strings.Cut(strings.ToLower(u.language), "-")
	words, ok := greetings[language]
	if !ok {
		words = greetings["en"]
	}
	if u.name == "" {
		return words[1]
	}
	return strings.ReplaceAll(words[0], "%", printable(u.name))
}

// printable leaves out what would move the cursor of a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}
