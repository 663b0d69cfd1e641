package deadletter

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// userID finds the user that a body is about without judging it: a letter is
// often dead because its body breaks a rule, or cut off in the middle. It reads
// up to the first mistake and takes user_id of the detail, or else of the body
// itself: there may be no envelope. "": none was found.
func userID(body string) string {
	d := jsontext.NewDecoder(strings.NewReader(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	fromBody := ""
	for {
		token, err := d.ReadToken()
		if err != nil {
			return fromBody
		}
		if token.Kind() != '"' || d.StackDepth() > 2 {
			continue
		}
		if kind, length := d.StackIndex(d.StackDepth()); kind != '{' || length%2 != 0 { // a name, not a value
			continue
		}
		switch d.StackPointer() {
		case "/detail/user_id":
			return token.String()
		case "/user_id":
			fromBody = token.String()
		}
	}
}
