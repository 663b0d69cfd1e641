package item

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// plain is a shortcut: what it takes, the decoder takes, too. Tried with every
// text of two bytes, alone and in quotes.
func TestWhatIsPlainIsJSON(t *testing.T) {
	plains := 0
	for n := range 1 << 16 {
		bytes := string([]byte{byte(n >> 8), byte(n)})
		for _, text := range []string{bytes, `"` + bytes + `"`} {
			if plain(text) {
				plains++
				if !jsontext.Value(text).IsValid() {
					t.Errorf("%q is no JSON", text)
				}
			}
		}
	}
	if want := 1 + 93*93; plains != want { // nothing, or two of what ASCII prints, but for " and \
		t.Errorf("%d are plain, want %d", plains, want)
	}
	if plain("") || plain(`"`) || !plain(`"fr"`) {
		t.Error("the empty text, one quote or a plain string")
	}
}
