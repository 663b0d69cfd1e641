package greeting

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
)

func TestGreeting(t *testing.T) {
	for _, row := range []struct{ language, name, want string }{
		{`"en"`, `"Sam"`, "Hello, Sam!"},
		{`"de"`, `"Jonas"`, "Hallo, Jonas!"},
		{`"fr"`, `"Camille"`, "Bonjour, Camille !"},
		{`"es"`, `"Lu"`, "¡Hola, Lu!"},
		{`"it"`, "", "Ciao!"},
		{`"ja"`, `"美咲"`, "こんにちは、美咲さん。"},
		{`"de-AT"`, "", "Hallo!"},
		{`"FR"`, "", "Bonjour !"},
		{`"tlh"`, `"Sam"`, "Hello, Sam!"},
		{`"en"`, `7`, "Hello!"},
		{`"en"`, `"100%\u0007"`, "Hello, 100%!"},
	} {
		if got := For(text(events.JSON(row.language)), text(events.JSON(row.name))); got != row.want {
			t.Errorf("%s %s: %s, want %s", row.language, row.name, got, row.want)
		}
	}
}
