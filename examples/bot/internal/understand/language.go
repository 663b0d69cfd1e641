package understand

import (
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
)

// languages maps names of languages, in all languages that are understood, to codes.
var languages = map[string]string{
	"english": "en", "englisch": "en", "anglais": "en", "inglés": "en", "ingles": "en",
	"german": "de", "deutsch": "de", "allemand": "de", "alemán": "de", "aleman": "de",
	"french": "fr", "französisch": "fr", "français": "fr", "francais": "fr", "francés": "fr", "frances": "fr",
	"spanish": "es", "spanisch": "es", "espagnol": "es", "español": "es", "espanol": "es", "castellano": "es",
	"italian": "it", "italienisch": "it", "italien": "it", "italiano": "it",
	"japanese": "ja", "japanisch": "ja", "japonais": "ja", "japonés": "ja", "japones": "ja",
}

// language returns the code for the name of a language.
func language(captured string) (events.Value, bool) {
	code, ok := languages[strings.ToLower(captured)]
	return events.Text(code), ok
}
