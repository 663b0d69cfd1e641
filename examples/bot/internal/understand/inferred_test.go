package understand

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
)

func TestInferred(t *testing.T) {
	for text, want := range map[string]string{
		"I don’t know what you mean":             "en",
		"THE WEATHER IS NICE, AND I LIKE IT":     "en",
		"Ich bin wieder da, und es geht mir gut": "de",
		"Je suis là, et tu es bien avec moi":     "fr",
		"¿Qué tiempo hace hoy en Madrid?":        "es",
		"":                                       "",
		"hello there":                            "", // one stop word
		"I love this song":                       "", // two
		"me me me me":                            "", // the same again
		"de la que un":                           "", // French and Spanish
		"/set motto the and is you":              "", // a command
		"I would like you to forget that I speak German": "",
		"/start\nIch bin wieder da":                      "de",
		"今日は天気がいいですね":                                    "",
	} {
		t.Run(text, func(t *testing.T) {
			var preferences events.Preferences
			if want != "" {
				preferences = events.Preferences{KeyLanguage: events.Text(want)}
			}
			if diff := cmp.Diff(preferences, Inferred(text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
