package understand

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bot-preferences/bot-preferences/events"
)

const maxNameWords = 3

// notNames are capitalized words that are not names: "call me Monday".
var notNames = map[string]bool{
	"Monday": true, "Tuesday": true, "Wednesday": true, "Thursday": true,
	"Friday": true, "Saturday": true, "Sunday": true, "Back": true, "Later": true,
}

// name accepts up to three words that are written like names: with a capital first
// letter, or in a script without letter case, such as Chinese. So "call me later" is
// not a name.
func name(captured string) (events.Value, bool) {
	words := strings.Fields(captured)
	if len(words) > maxNameWords {
		return events.Unset, false
	}
	for _, w := range words {
		first, _ := utf8.DecodeRuneInString(w)
		if !unicode.IsLetter(first) || unicode.IsLower(first) || notNames[w] || !isWord(w) {
			return events.Unset, false
		}
	}
	return events.Text(captured), len(words) > 0
}

func isWord(w string) bool {
	return !strings.ContainsFunc(w, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '-' && r != '\'' && r != '.'
	})
}
